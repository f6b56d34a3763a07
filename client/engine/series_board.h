// Where the threads of a run put together what each second of it held.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "client/load_result.h"
#include "common/stats/latency_histogram.h"

namespace suite {

/// A second of one thread's window.
struct ThreadSecond {
  std::chrono::nanoseconds length{};  // less than a second only for the thread's last one
  std::uint64_t completed = 0;
  std::uint64_t errors = 0;
};

/// Seconds become points of the series in their order, each once every thread that had it has put its part
/// in. A thread comes here once a second, so that nothing is shared in between; histograms are held only
/// while a second is incomplete. Any thread.
class SeriesBoard {
 public:
  explicit SeriesBoard(std::size_t threads) : seconds_of_(threads, SIZE_MAX) {}

  /// Thread number `thread` had this second: its next one.
  void add(std::size_t thread, const ThreadSecond& second, const LatencyHistogram& latency);
  /// The thread's window is over, or it never had one. To be called once more does no harm.
  void leave(std::size_t thread);

  /// The next second, when it is complete; nothing when the window of every thread is over. Waits.
  std::optional<SeriesPoint> next();

 private:
  struct Pending {
    SeriesPoint point;
    LatencyHistogram latency;
    std::size_t parts = 0;
  };
  bool front_is_complete() const;
  bool all_left() const;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::size_t> seconds_of_;  // by thread: how many it had in all; SIZE_MAX while it goes on
  std::vector<std::size_t> added_ = std::vector<std::size_t>(seconds_of_.size());  // by thread, so far
  std::size_t first_ = 0;  // the second that is pending_[0]
  std::deque<Pending> pending_;
};

}  // namespace suite
