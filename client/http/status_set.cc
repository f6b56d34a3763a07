#include "client/http/status_set.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace suite {
namespace {

struct Range {
  unsigned first, last;
};

// "404" or "4xx".
std::optional<Range> parse_code(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 3 || text[0] < '1' || text[0] > '9') return std::nullopt;
  const auto hundreds = static_cast<unsigned>(text[0] - '0') * 100;
  if (text.substr(1) == "xx" || text.substr(1) == "XX") return Range{hundreds, hundreds + 99};
  if (!is_digit(text[1]) || !is_digit(text[2])) return std::nullopt;
  const unsigned code = hundreds + static_cast<unsigned>((text[1] - '0') * 10 + (text[2] - '0'));
  return Range{code, code};
}

}  // namespace

StatusSet statuses(unsigned first, unsigned last) {
  StatusSet set;
  for (unsigned code = first; code <= last; ++code) set.set(code);
  return set;
}

std::expected<StatusSet, std::string> parse_statuses(std::string_view text) {
  StatusSet set;
  for (bool more = true; more;) {
    const std::size_t comma = text.find(',');
    const std::string_view item = text.substr(0, comma);
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);
    const std::size_t dash = item.find('-');
    const auto first = parse_code(item.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_code(item.substr(dash + 1));
    if (!first || !last || first->first > last->last) {
      return std::unexpected(
          fmt::format("'{}' is not a status (404), a class (4xx), or a range of them (200-299)", item));
    }
    set |= statuses(first->first, last->last);
  }
  return set;
}

}  // namespace suite
