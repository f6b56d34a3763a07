// A time in which a server that had answered did not answer at all.
#pragma once

#include <chrono>
#include <optional>
#include <span>

#include "client/load_result.h"

namespace suite {

struct Outage {
  std::chrono::nanoseconds from{}, to{};  // from the start of the window
  bool until_the_end = false;
  double rate_before = 0;  // requests per second, in the whole seconds before it
};

/// The longest row of seconds with errors and without a reply, after at least one with replies.
std::optional<Outage> longest_outage(std::span<const SeriesPoint> series);

}  // namespace suite
