#include "cmd/bench/round_failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <utility>

#include "common/process/orphans.h"

namespace suite::bench {
namespace {

bool speaks_of_error(std::string_view line) {
  constexpr std::array<std::string_view, 5> kSigns{"error", "exception", "panic", "fatal", "not found"};
  std::string lower(line);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::any_of(kSigns, [&](std::string_view sign) { return lower.contains(sign); });
}

bool has_line(std::string_view text) { return text.find_first_not_of("\n \t\r") != std::string_view::npos; }

// Node.js ends a report of an error with its version, Python one with the error: the line that says it.
std::string telling_line(std::string_view text) {
  for (std::string_view rest = text; has_line(rest);) {
    const std::string line = last_line(rest);
    if (speaks_of_error(line)) return line;
    rest = rest.substr(0, rest.rfind(line));
  }
  return last_line(text);
}

}  // namespace

std::unexpected<RoundFailure> failure(std::string why) {
  return std::unexpected(RoundFailure{.why = std::move(why)});
}

std::unexpected<RoundFailure> interrupted() {
  return std::unexpected(RoundFailure{.why = "interrupted", .interrupted = true});
}

std::string last_line(std::string_view text) {
  const std::size_t end = text.find_last_not_of("\n \t\r");
  if (end == std::string_view::npos) return "it said nothing on stderr";
  const std::size_t begin = text.find_last_of('\n', end);
  return std::string(text.substr(begin == std::string_view::npos ? 0 : begin + 1, end - begin));
}

std::string last_words(const ChildProcess& server) {
  constexpr std::size_t kMost = 300;
  if (has_line(server.err())) return telling_line(server.err()).substr(0, kMost);
  if (has_line(server.out())) return telling_line(server.out()).substr(0, kMost);
  return "it printed nothing";
}

std::optional<RoundFailure> went_into_background(const ChildExit& end) {
  if (!end.clean()) return std::nullopt;
  const auto orphans = living_orphans();
  if (orphans.empty()) return std::nullopt;
  return RoundFailure{
      .why =
          fmt::format("the server went into the background (its command ended, and left {} running): start "
                      "it in the foreground",
                      describe(orphans))};
}

}  // namespace suite::bench
