// What `suite doctor` says, for people and for programs.
#pragma once

#include <span>
#include <string>

#include "cmd/diagnosis/finding.h"
#include "cmd/diagnosis/machine.h"
#include "common/process/environment.h"

namespace suite::doctor {

/// What matters first, each with its effect and what changes it; then a line with what is fine, and one with
/// what the machine does not say. No line but a command's is wider than 80 columns.
std::string doctor_text(std::span<const diagnosis::Finding> findings, const Environment& environment);

/// {"schema": 1, "suite": version, "kind": "doctor", "environment", "sample", "findings"}, a line for each
/// finding.
std::string doctor_json(std::span<const diagnosis::Finding> findings, const diagnosis::Machine& machine,
                        const Environment& environment);

}  // namespace suite::doctor
