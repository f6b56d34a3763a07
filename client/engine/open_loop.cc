#include "client/engine/open_loop.h"

#include <algorithm>

namespace suite {

OpenLoop::OpenLoop(const Options& options, Tally& tally, Quota& quota)
    : pacer_(options.rate, options.place, options.seed, options.connections),
      timeout_(options.timeout),
      tally_(tally),
      quota_(quota) {}

OpenLoop::TimePoint OpenLoop::wake_up_time() const {
  const TimePoint due = next_due();
  // With nobody idle, the oldest request can only be shed.
  return due != TimePoint::max() && pacer_.idle().empty() ? due + timeout_ : due;
}

void OpenLoop::shed(TimePoint now, std::uint64_t most) {
  for (; most > 0 && next_due() <= now - timeout_; --most) {
    if (tally_.shed_due(pacer_.take(), now)) quota_.use(1);
  }
}

void OpenLoop::record_ages(Connections& connections, TimePoint now) {
  for (Connection& connection : connections.all()) {
    connection.starts.for_each([&](const StartRun& run) { tally_.aged(run.due, now, run.count); });
    connection.starts.clear();
  }
}

void OpenLoop::record_waiting(TimePoint now) {
  while (next_due() <= now) tally_.left_due(pacer_.take(), now);
}

// The last reply does not shorten the window: what is asked for takes the time in which it is due.
void OpenLoop::end_window(TimePoint begin, TimePoint end, std::optional<std::uint64_t> all) {
  if (!all) return tally_.paced({.end = end, .time_due = pacer_.time_due(begin, end), .behind = {}});
  const TimePoint due_end = pacer_.end_of(*all, begin);
  const auto behind = std::max(last_sent_ - due_end, std::chrono::nanoseconds(0));
  tally_.paced({.end = std::max(end, due_end),
                .time_due = pacer_.time_due(begin, due_end) + behind,
                .behind = behind});
}

}  // namespace suite
