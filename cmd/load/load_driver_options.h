// The flags of `suite load` that say how its sockets are driven and set.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "client/load_plan.h"
#include "client/target.h"
#include "cmd/cli/command_line.h"

namespace suite {

/// As they stood on the command line.
struct RawDriverFlags {
  std::string driver = "auto", close = "fin";
  std::optional<std::uint64_t> sndbuf, rcvbuf;
  bool busy_poll = false, pin = false, no_nodelay = false;
};

void declare_driver(CommandLine& line, RawDriverFlags& raw);

/// Puts them into the plan. What is wrong with them, as a line for the user: a flag that the driver or the
/// target's kind of socket cannot honour is refused.
std::optional<std::string> apply_driver(const CommandLine& line, const RawDriverFlags& raw,
                                        const TargetName& target, LoadPlan& plan);

}  // namespace suite
