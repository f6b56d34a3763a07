#include "cmd/bench/chosen.h"

#include <fmt/format.h>

#include <algorithm>

namespace suite::bench {

void add_to(Chosen& chosen, std::vector<LeftOut>& left_out, std::string_view name,
            const std::optional<std::string>& reason) {
  if (reason) {
    left_out.push_back({.name = std::string(name), .reason = *reason});
  } else {
    chosen.running.emplace_back(name);
  }
}

std::vector<std::string_view> split_list(std::string_view list) {
  std::vector<std::string_view> entries;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    entries.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return entries;
}

std::expected<std::vector<std::string_view>, std::string> different_names(std::string_view list) {
  std::vector<std::string_view> names = split_list(list);
  for (const std::string_view name : names) {
    if (std::ranges::count(names, name) > 1) {
      return std::unexpected(fmt::format("'{}' is named more than once", name));
    }
  }
  return names;
}

}  // namespace suite::bench
