// What one thread of the load generator counts and times.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "client/engine/series_board.h"
#include "client/engine/start_runs.h"
#include "client/load_result.h"
#include "common/process/cpu_usage.h"
#include "common/stats/latency_histogram.h"

namespace suite {

/// What a worker found; merged when all have ended.
struct WorkerResult {
  LoadCounts counts;
  LatencyHistogram latency;
  LatencyHistogram connect;
  HttpTimes http_times;
  std::optional<RateResult> rate;  // of an open loop
  std::size_t opened = 0;
  int last_connect_error = 0;  // errno; 0: none
  std::chrono::nanoseconds measured{};
  ThreadUse use;  // in the window
  std::chrono::nanoseconds oldest_in_flight{};
  bool interrupted = false;
  bool gave_up = false;
};

/// Every counter, histogram and second of one thread, and what they were when the window began and ended.
/// Knows no driver and no connection, reads no clock but that of the thread's own CPU time. What it is told
/// belongs to the warm-up until begin_window(), and to the drain after end_window(). One thread; the board
/// outlives it. Its functions are many because each thing that can happen to a request is one, of a line or
/// two.
class Tally {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// A request that was sent later than this after it was due is counted as missed.
  static constexpr std::chrono::milliseconds kMissed{1};

  struct Options {
    std::size_t thread = 0;      // its number on the board
    bool latency = true;         // false: no time is taken of any request
    bool in_parts = false;       // first byte and connection are timed apart
    std::optional<double> rate;  // of an open loop: requests per second asked of this thread
  };
  Tally(const Options& options, SeriesBoard& board);

  // --- Requests ---
  void issued(std::uint64_t count) { result_.counts.sent += count; }
  void sent(std::size_t bytes) { result_.counts.bytes_sent += bytes; }
  void received(std::uint64_t bytes) {
    result_.counts.bytes_received += bytes;
    ++result_.counts.receives;
  }
  void completed(std::uint64_t count) { result_.counts.completed += count; }
  void failed(ErrorKind kind, std::uint64_t count) { result_.counts.errors[kind] += count; }

  // --- Connections ---
  enum class Opening : bool { kFirst, kAgain };
  void opened(std::chrono::nanoseconds took, Opening which) {
    result_.connect.record(took);
    result_.counts.reopened += which == Opening::kAgain ? 1 : 0;
  }
  /// One of failed(kTls) was a handshake.
  void failed_handshake() { ++result_.counts.errors.failed_handshakes; }
  void could_not_open(int error_number) { result_.last_connect_error = error_number; }

  // --- Times ---
  /// Whether a reply whose time had parts is to be told by those.
  bool takes_parts() const { return options_.in_parts; }
  /// `count` requests of `run` were answered at `now`, in one piece and on a connection that stood.
  void answered(const StartRun& run, std::uint64_t count, TimePoint now) {
    if (!is_timed(run.due)) return;
    if (result_.rate) result_.rate->service.record(now - run.sent, count);
    (options_.in_parts ? whole_ : latency_).record(now - run.due, count);
  }
  /// What else there is to the time of the first of several replies.
  struct Parts {
    std::optional<TimePoint> first_byte;              // it had begun earlier than its end
    std::optional<std::chrono::nanoseconds> opening;  // its connection's, for which it waited
    TimePoint opened;                                 // when that was over
  };
  /// The same where the first of them has `parts`.
  void answered_in_parts(const StartRun& run, std::uint64_t count, TimePoint now, const Parts& parts);
  /// `count` requests that were due then have no answer: they are recorded at their age.
  void aged(TimePoint due, TimePoint now, std::uint64_t count) {
    if (is_timed(due)) latency_.record(now - due, count);
  }

  // --- An open loop's pace ---
  /// A request that was due then was sent at `now`.
  void sent_due(TimePoint due, TimePoint now) {
    if (!counts(due)) return;
    ++result_.rate->due;
    result_.rate->lag.record(now - due);
    if (now - due > kMissed) ++result_.rate->missed;
  }
  /// It was not sent within the timeout, and is not sent at all. Whether it was due in the window, and so is
  /// an error: one that waited since the warm-up is none.
  bool shed_due(TimePoint due, TimePoint now);
  /// The run is over before it could be sent: it is recorded at its age, and is no error.
  void left_due(TimePoint due, TimePoint now);
  /// `count` requests, counted as timeouts, were sent less than a timeout before the drain's end cut them.
  void cut(std::uint64_t count) { result_.rate->cut += count; }
  struct Pace {
    TimePoint end;                      // of the window: no earlier than that of what was due in it
    std::chrono::nanoseconds time_due;  // in which what was due in the window could be sent
    std::chrono::nanoseconds behind;    // RateResult::behind
  };
  /// What the schedule says of the window, which is over.
  void paced(const Pace& pace);

  // --- The window ---
  /// What was counted so far was warm-up. The `in_flight` requests are answered in the window, so they count
  /// there.
  void begin_window(TimePoint begin, std::uint64_t in_flight);
  /// When the second of the window ends that goes on; TimePoint::max() outside of it.
  TimePoint second_end() const { return second_end_; }
  void end_second() { end_second(second_end_); }
  /// Puts no further second on the board, nor the one that has begun.
  void leave_board() { leaves_board_ = true; }
  /// The window ends at `end`, no earlier than its last second began; or there was none, and what was counted
  /// was warm-up, of which `in_flight` requests are left. `oldest` is when the oldest in flight was sent.
  void end_window(TimePoint end, std::optional<TimePoint> oldest, std::uint64_t in_flight);
  /// What was found, once nothing further is awaited. Throughput is of the window; so are the bytes.
  WorkerResult finish(std::uint64_t in_flight);

 private:
  bool counts(TimePoint due) const { return due >= due_from_; }
  bool is_timed(TimePoint due) const { return options_.latency && counts(due); }
  void end_second(TimePoint at);
  void clear(std::uint64_t in_flight);
  void merge_whole();

  Options options_;
  SeriesBoard& board_;
  TimePoint due_from_ = TimePoint::min();  // of an open loop: what is due earlier is not counted
  TimePoint window_begin_;
  TimePoint second_end_ = TimePoint::max();
  bool leaves_board_ = false;
  LatencyHistogram latency_;  // of the second that goes on; result_ has those before it
  LatencyHistogram whole_;    // times in one piece that are yet to be counted in each of the histograms
  LoadCounts at_second_;      // when it began
  LoadCounts at_window_begin_;
  LoadCounts at_window_end_;
  ThreadUse use_at_begin_;
  std::chrono::nanoseconds time_due_{};  // of an open loop: what it achieved is divided by this
  WorkerResult result_;
};

}  // namespace suite
