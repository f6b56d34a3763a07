#include "client/engine/tally.h"

#include <algorithm>
#include <utility>

namespace suite {
namespace {

constexpr auto kSecond = std::chrono::seconds(1);

}  // namespace

Tally::Tally(const Options& options, SeriesBoard& board) : options_(options), board_(board) {
  if (options.rate) result_.rate.emplace().asked = *options.rate;
}

// --- Times ----------------------------------------------------------------------------------------------

// Of most replies, which came in one piece on a connection that stood, latency, first byte and total are one
// time. Only the oldest reply can have begun earlier, and only the first one of a connection waited for its
// opening: in its time belongs that of the opening too, except where it is sent again and has waited longer
// than that.
void Tally::answered_in_parts(const StartRun& run, std::uint64_t count, TimePoint now, const Parts& parts) {
  if (!is_timed(run.due)) return;
  if (result_.rate) result_.rate->service.record(now - run.sent, count);
  const auto latency = now - run.due;
  latency_.record(latency, count);
  HttpTimes& times = result_.http_times;
  if (parts.first_byte) times.first_byte.record(*parts.first_byte - run.due);
  times.first_byte.record(latency, count - (parts.first_byte ? 1 : 0));
  if (parts.opening) {
    const bool waited = run.due >= parts.opened;
    times.connect.record(*parts.opening);
    times.total.record(latency + (waited ? *parts.opening : std::chrono::nanoseconds(0)));
  }
  times.total.record(latency, count - (parts.opening ? 1 : 0));
}

void Tally::merge_whole() {
  latency_.merge(whole_);
  result_.http_times.first_byte.merge(whole_);
  result_.http_times.total.merge(whole_);
  whole_.clear();
}

// --- An open loop's pace --------------------------------------------------------------------------------

bool Tally::shed_due(TimePoint due, TimePoint now) {
  if (!counts(due)) return false;
  ++result_.rate->due;
  ++result_.rate->shed;
  aged(due, now, 1);
  failed(ErrorKind::kTimeout, 1);
  return true;
}

void Tally::left_due(TimePoint due, TimePoint now) {
  if (counts(due)) ++result_.rate->due;
  aged(due, now, 1);
}

void Tally::paced(const Pace& pace) {
  result_.measured = pace.end - window_begin_;
  result_.rate->behind = pace.behind;
  time_due_ = pace.time_due;
}

// --- The window -----------------------------------------------------------------------------------------

void Tally::begin_window(TimePoint begin, std::uint64_t in_flight) {
  clear(in_flight);
  window_begin_ = begin;
  second_end_ = begin + kSecond;
  if (result_.rate) due_from_ = begin;
  use_at_begin_ = thread_use();
}

void Tally::clear(std::uint64_t in_flight) {
  result_.counts = {.sent = in_flight};
  at_second_ = at_window_begin_ = result_.counts;
  latency_.clear();
  whole_.clear();
  result_.http_times.clear();
  if (result_.rate) result_.rate->clear();
}

void Tally::end_second(TimePoint at) {
  merge_whole();
  const LoadCounts& counts = result_.counts;
  board_.add(options_.thread,
             {.length = at - (second_end_ - kSecond),
              .completed = counts.completed - at_second_.completed,
              .errors = counts.errors.total() - at_second_.errors.total()},
             latency_);
  at_second_ = counts;
  result_.latency.merge(latency_);
  latency_.clear();
  second_end_ += kSecond;
}

void Tally::end_window(TimePoint end, std::optional<TimePoint> oldest, std::uint64_t in_flight) {
  if (second_end_ == TimePoint::max()) {
    clear(in_flight);  // interrupted before anything was measured
  } else {
    result_.use = thread_use() - use_at_begin_;  // first: what follows is no part of the window
    if (!leaves_board_ && end > second_end_ - kSecond) end_second(end);
    second_end_ = TimePoint::max();
    result_.measured = time_due_ = end - window_begin_;
  }
  at_window_end_ = result_.counts;
  if (oldest) result_.oldest_in_flight = std::max(result_.oldest_in_flight, end - *oldest);
  board_.leave(options_.thread);
}

WorkerResult Tally::finish(std::uint64_t in_flight) {
  const LoadCounts in_all = result_.counts;
  const std::uint64_t drained = in_all.completed - at_window_end_.completed;
  result_.counts = at_window_end_;
  result_.counts.sent = in_all.sent;
  result_.counts.errors = in_all.errors;
  result_.counts.in_flight_at_end = drained + in_flight;
  merge_whole();
  result_.latency.merge(latency_);
  if (result_.rate) {
    result_.rate->drained = drained;
    result_.rate->sent = at_window_end_.sent - at_window_begin_.sent;
    const double seconds = std::chrono::duration<double>(time_due_).count();
    if (seconds > 0) result_.rate->achieved = static_cast<double>(result_.rate->sent) / seconds;
  }
  return std::move(result_);
}

}  // namespace suite
