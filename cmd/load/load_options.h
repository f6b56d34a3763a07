// What a command line asks `suite load` for.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>

#include "client/load_settings.h"
#include "client/target.h"
#include "cmd/cli/early_end.h"
#include "cmd/load/load_output_options.h"

namespace suite {

/// The plan's target is still to be found: `target` names it.
struct LoadOptions {
  LoadSettings settings;
  TargetName target;
  LoadOutput output;
  std::optional<Http2Plan> if_http2;  // the protocol's plan where the server chooses it (ALPN)
};

/// The options, checked as far as they can be without connecting. `arguments` begin behind the verb. `rank`
/// is this process's share where a launcher started it as one of several: the plan gets it, and the process
/// of --server-pid may be another host's.
std::expected<LoadOptions, EarlyEnd> parse_load_options(std::span<const std::string> arguments,
                                                        std::optional<Share> rank = std::nullopt);

}  // namespace suite
