#include "client/engine/series_board.h"

#include <algorithm>

namespace suite {

void SeriesBoard::add(std::size_t thread, const ThreadSecond& second, const LatencyHistogram& latency) {
  const std::lock_guard lock(mutex_);
  const std::size_t place = added_[thread] - first_;
  while (pending_.size() <= place) pending_.emplace_back();
  Pending& pending = pending_[place];
  pending.point.length = std::max(pending.point.length, second.length);
  pending.point.completed += second.completed;
  pending.point.errors += second.errors;
  pending.latency.merge(latency);
  ++pending.parts;
  ++added_[thread];  // last: a second that could not be put in is not waited for
  changed_.notify_all();
}

void SeriesBoard::leave(std::size_t thread) {
  const std::lock_guard lock(mutex_);
  if (seconds_of_[thread] != SIZE_MAX) return;
  seconds_of_[thread] = added_[thread];
  changed_.notify_all();
}

bool SeriesBoard::front_is_complete() const {
  if (pending_.empty()) return false;
  const auto has_it = [&](std::size_t seconds) { return seconds > first_; };
  return pending_.front().parts == static_cast<std::size_t>(std::ranges::count_if(seconds_of_, has_it));
}

bool SeriesBoard::all_left() const { return std::ranges::find(seconds_of_, SIZE_MAX) == seconds_of_.end(); }

std::optional<SeriesPoint> SeriesBoard::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return front_is_complete() || (pending_.empty() && all_left()); });
  if (pending_.empty()) return std::nullopt;
  Pending& pending = pending_.front();
  pending.point.p50 = pending.latency.percentile(0.50);
  pending.point.p99 = pending.latency.percentile(0.99);
  const SeriesPoint point = pending.point;
  pending_.pop_front();
  ++first_;
  return point;
}

}  // namespace suite
