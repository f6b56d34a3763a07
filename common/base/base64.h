// Bytes as text: base64 of RFC 4648, section 4, with its padding and without line breaks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace suite {

std::string to_base64(std::string_view bytes);

/// Nothing where to_base64() cannot have written it (section 3.5: unused bits are zero).
std::optional<std::string> from_base64(std::string_view text);

}  // namespace suite
