// Whether throughput stayed what it was while a run went on.
#pragma once

#include <optional>
#include <span>

#include "client/load_result.h"

namespace suite {

/// Throughput that was another at the end than at the beginning, in requests per second.
struct Drift {
  double first, last;  // medians of the first and of the last third of the seconds
};

/// Looks at whole seconds, of which it takes six. Nothing unless the two medians differ by more than a tenth
/// of the larger one, and by more than four times what the noise from one second to the next lets them
/// differ: with a deviation s of one second (from the median absolute deviation of the differences of
/// neighbours, which neither a slope nor a step moves), the medians of k seconds each differ by s x sqrt(2 /
/// k). A steady run with a noise of 5 % is called drifting less than once in a hundred times; of a loss of a
/// quarter, hardly any goes unseen where that noise is 2 %.
std::optional<Drift> drift_of(std::span<const SeriesPoint> series);

}  // namespace suite
