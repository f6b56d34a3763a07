// A file that a flag names, whole.
#pragma once

#include <expected>
#include <string>

namespace suite {

/// Its bytes, or why they cannot be read ("No such file or directory").
std::expected<std::string, std::string> read_file(const std::string& path);

/// The same of what a flag calls FILE, where "-" is stdin, read to its end; a terminal is none: nobody would
/// know that somebody waits for input. Why not, to be read on after the flag's name: "cannot read 'x': ...".
std::expected<std::string, std::string> read_input(const std::string& path);

}  // namespace suite
