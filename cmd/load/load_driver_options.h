// The flags of `suite load` that say how its sockets are driven and set.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "client/load_plan.h"
#include "client/load_settings.h"
#include "cmd/cli/option.h"

namespace suite {

/// As they stood on the command line.
struct DriverFlags {
  std::string driver = "auto", close = "fin";
  std::optional<std::uint64_t> sndbuf, rcvbuf;
  bool busy_poll = false, pin = false, no_nodelay = false;
};

OptionGroup driver_group(DriverFlags& flags, const LoadSettings& settings);

/// Puts them into the plan.
void apply_driver(const DriverFlags& flags, LoadPlan& plan);

}  // namespace suite
