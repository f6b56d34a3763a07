// The flags of `suite load` as they stood on the command line, before it is known what they mean together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/load_plan.h"
#include "cmd/cli/option.h"
#include "cmd/load/load_driver_options.h"
#include "cmd/load/load_gate_options.h"
#include "cmd/load/load_http_options.h"
#include "cmd/load/load_output_options.h"
#include "cmd/load/load_tls_options.h"

namespace suite {

struct LoadFlags {
  LoadPlan plan;  // what needs no second look
  std::uint64_t runs = 1;
  std::optional<std::string> target, host;
  std::vector<std::string> resolve;
  std::optional<std::uint64_t> port;
  std::optional<std::uint64_t> size, server_pid;
  std::optional<double> rate;  // per second
  std::optional<std::string> message, file, reply, reply_ends, source_ip;
  bool escapes = false;  // in the texts among these
  RatePlan::Arrivals arrivals = RatePlan::Arrivals::kConstant;
  std::optional<Verify> verify;  // nothing: as the protocol has it
  HttpFlags http;
  LoadTlsFlags tls;
  GateFlags gates;
  LoadOutput output;
};

/// All flags. The rows put values into `flags`, and show those of `settings`.
OptionTable load_table(LoadFlags& flags, const LoadSettings& settings);

}  // namespace suite
