#include "cmd/bench/round_failure.h"

#include <utility>

namespace suite::bench {

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

}  // namespace suite::bench
