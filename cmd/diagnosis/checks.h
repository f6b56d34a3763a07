// What a machine is examined for. A check is a row in one of these lists, and a pure function.
#pragma once

#include <span>
#include <vector>

#include "cmd/diagnosis/finding.h"
#include "cmd/diagnosis/machine.h"

namespace suite::diagnosis {

struct Check {
  std::string_view name;
  /// Its name is filled in by who calls it.
  Finding (*look)(const Machine& machine);
};

/// Who uses the processors, how many there are, and how fast they run.
std::span<const Check> processor_checks();
/// What the kernel gives programs: a clock, descriptors, ports, queues, io_uring.
std::span<const Check> kernel_checks();

/// The findings of all checks: what matters most first, what is equal in the order of the checks.
std::vector<Finding> examine(const Machine& machine);

}  // namespace suite::diagnosis
