#include "cmd/bench/worker_totals.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace suite::bench {
namespace {

// "1,234 requests, ..." is 1234.
std::optional<std::uint64_t> requests_at_begin_of(std::string_view text) {
  const std::size_t end = text.find(' ');
  if (end == std::string_view::npos || !text.substr(end + 1).starts_with("request")) return std::nullopt;
  std::string digits(text.substr(0, end));
  std::erase(digits, ',');
  std::uint64_t count = 0;
  const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (error != std::errc() || rest != digits.data() + digits.size()) return std::nullopt;
  return count;
}

// The requests stand behind the connections.
std::optional<std::uint64_t> requests_in_line(std::string_view line, std::size_t worker) {
  const std::string begin = "  worker " + std::to_string(worker) + ": ";
  if (!line.starts_with(begin)) return std::nullopt;
  const std::size_t comma = line.find(", ");
  return comma == std::string_view::npos ? std::nullopt : requests_at_begin_of(line.substr(comma + 2));
}

}  // namespace

std::vector<std::uint64_t> worker_requests_in(std::string_view text) {
  std::vector<std::uint64_t> requests;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (const auto count = requests_in_line(text.substr(0, end), requests.size())) requests.push_back(*count);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return requests;
}

}  // namespace suite::bench
