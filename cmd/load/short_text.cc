#include "cmd/load/short_text.h"

#include <fmt/format.h>

#include "common/base/shell_quoted.h"

namespace suite {

std::string short_text(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  const bool names_file = text.starts_with('@');  // without which the settings could not be pasted
  return text.size() > kLongest && !names_file ? fmt::format("({} bytes)", text.size()) : shell_quoted(text);
}

}  // namespace suite
