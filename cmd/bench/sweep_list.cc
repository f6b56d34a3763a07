#include "cmd/bench/sweep_list.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "cmd/bench/chosen.h"

namespace suite::bench {
namespace {

using Numbers = std::vector<std::uint64_t>;
using Complaint = std::optional<std::string>;

constexpr std::string_view kEllipsis = "...";

std::expected<std::uint64_t, std::string> number_in(std::string_view entry, ParseNumber* parse,
                                                    values::Range range) {
  auto number = parse(entry);
  if (number && (*number < range.least || *number > range.most)) {
    return std::unexpected(fmt::format("'{}' is out of range; {} to {} are accepted", entry,
                                       format_count(range.least), format_count(range.most)));
  }
  return number;
}

Complaint too_many() { return fmt::format("it has more than {} points", kMostPoints); }

Complaint append(Numbers& numbers, std::uint64_t number) {
  if (!numbers.empty() && number <= numbers.back()) {
    return fmt::format("{} follows {}: each number has to be larger than the one before", number,
                       numbers.back());
  }
  if (numbers.size() == kMostPoints) return too_many();
  numbers.push_back(number);
  return std::nullopt;
}

// All that lies below `last`. Numbers ascend, so their ratio is above 1.
Complaint continue_ratio(Numbers& numbers, std::uint64_t last) {
  const auto first = static_cast<double>(numbers.back());
  const double ratio = first / static_cast<double>(numbers[numbers.size() - 2]);
  double exact = first * ratio;
  for (; std::round(exact) < static_cast<double>(last); exact *= ratio) {
    const auto number = static_cast<std::uint64_t>(std::llround(exact));
    if (number <= numbers.back()) continue;  // a ratio so small that rounding hides the step
    if (auto complaint = append(numbers, number)) return complaint;
  }
  return std::nullopt;
}

}  // namespace

std::expected<Numbers, std::string> read_sweep_list(std::string_view list, ParseNumber* parse,
                                                    values::Range range) {
  Numbers numbers;
  bool goes_on = false;
  for (const std::string_view entry : split_list(list)) {
    if (entry == kEllipsis) {
      if (goes_on || numbers.size() < 2) {
        return std::unexpected(
            "'...' takes two numbers before it, whose ratio it continues, and one behind it, as in "
            "1,2,...,64");
      }
      goes_on = true;
      continue;
    }
    const auto number = number_in(entry, parse, range);
    if (!number) return std::unexpected(number.error());
    if (goes_on) {
      if (auto complaint = continue_ratio(numbers, *number)) return std::unexpected(*complaint);
    }
    if (auto complaint = append(numbers, *number)) return std::unexpected(*complaint);
    goes_on = false;
  }
  if (goes_on) return std::unexpected("'...' takes a number behind it, at which the list ends");
  return numbers;
}

}  // namespace suite::bench
