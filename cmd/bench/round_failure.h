// Why a round gave no result.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace suite::bench {

struct RoundFailure {
  std::string why;
  bool interrupted = false;  // a signal asked us to stop: nobody's fault
};

std::unexpected<RoundFailure> failure(std::string why);
std::unexpected<RoundFailure> interrupted();

/// The last line with anything on it, of what a failing program said on standard error: its own words.
std::string last_line(std::string_view text);

}  // namespace suite::bench
