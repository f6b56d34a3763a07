// Why a round gave no result.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "common/process/child_process.h"

namespace suite::bench {

struct RoundFailure {
  std::string why;
  bool interrupted = false;  // a signal asked us to stop: nobody's fault
};

std::unexpected<RoundFailure> failure(std::string why);
std::unexpected<RoundFailure> interrupted();

/// The last line with anything on it, of what a failing program said on standard error: its own words.
std::string last_line(std::string_view text);

/// What a server said last, of use to who reads it: the last line on standard error that speaks of an error,
/// or the last line there, or on standard output where it said nothing on the other. At most 300 bytes.
std::string last_words(const ChildProcess& server);

/// Where the end of a server was that of a program which goes into the background: exit code 0, and something
/// that it started runs on.
std::optional<RoundFailure> went_into_background(const ChildExit& end);

}  // namespace suite::bench
