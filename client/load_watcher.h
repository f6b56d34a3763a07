// Who is told how a run goes while it goes.
#pragma once

#include <chrono>

#include "client/load_result.h"

namespace suite {

/// Called by run_load() on the thread that called it, which is none of those that make the load.
class LoadWatcher {
 public:
  /// Every connection has been tried: the load begins, with so long a warm-up.
  virtual void on_start(std::chrono::nanoseconds warmup) = 0;
  /// A second of the window is over: what it held, over all threads. `elapsed`: since the window began.
  virtual void on_second(const SeriesPoint& second, std::chrono::nanoseconds elapsed) = 0;

 protected:
  ~LoadWatcher() = default;
};

}  // namespace suite
