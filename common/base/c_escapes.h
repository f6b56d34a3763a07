// Bytes as C writes them in a string: "\r\n", "\x00".
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace suite {

/// The bytes that `text` stands for: \a \b \f \n \r \t \v \\ \' \" \?, one to three octal digits (\0, \377),
/// and \x with exactly two hexadecimal ones, so that what follows cannot be taken for a part of it. What is
/// wrong otherwise and where, to be read on after a flag's name.
std::expected<std::string, std::string> c_unescaped(std::string_view text);

/// The other way round, for people: visible ASCII stays, but for quotes and backslashes.
std::string c_escaped(std::string_view bytes);

}  // namespace suite
