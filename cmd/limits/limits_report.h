// What `suite limits` says, for people and for programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/results/machine_limits.h"
#include "common/process/environment.h"

namespace suite::limits {

/// Where the figures say less than they seem to, a sentence each: server and client share a processor, a
/// `cpu_quota` (processors that the control group may use) stops them, or the rounds scatter.
std::vector<std::string> limits_warnings(const results::MachineLimits& limits,
                                         std::optional<double> cpu_quota);

/// A table, what it means, and the warnings. No line is wider than 80 columns.
std::string limits_text(const results::MachineLimits& limits, const std::vector<std::string>& warnings);

/// {"schema": 1, "suite": version, "kind": "limits", "environment", "limits", "warnings"} on one line.
std::string limits_json(const results::MachineLimits& limits, const Environment& environment,
                        const std::vector<std::string>& warnings);

}  // namespace suite::limits
