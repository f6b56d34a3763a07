// A sweep: one workload again and again, with one of its numbers varied.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cmd/bench/contestant.h"
#include "cmd/bench/workloads.h"
#include "cmd/results/cell.h"

namespace suite::bench {

using results::Axis;

/// One value: everything is measured with it. Several: a sweep.
struct AxisValues {
  Axis axis = Axis::kConns;
  std::vector<std::uint64_t> values;

  bool is_sweep() const { return values.size() > 1; }
};

/// Why the number means nothing to the workload, read on after its name; nothing: it does.
std::optional<std::string> why_not(const BenchWorkload& workload, Axis axis);

/// The workload with that number; of connections and workers, which it does not know, as it is.
BenchWorkload with_value(BenchWorkload workload, Axis axis, std::uint64_t value);

/// Whether the number of the server's workers can be chosen.
bool takes_workers(const Contestant& contestant);

}  // namespace suite::bench
