// One thread of the load generator: its connections, and what is counted on them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/drivers/driver.h"
#include "client/engine/connection.h"
#include "client/engine/opening_queue.h"
#include "client/engine/phases.h"
#include "client/load_plan.h"
#include "client/load_result.h"
#include "client/workloads/workload.h"
#include "common/base/deadline_queue.h"

namespace suite {

/// A worker's part of a LoadPlan.
struct WorkerShare {
  std::size_t connections = 0;
  std::optional<std::uint64_t> requests;  // completed + failed, after which it is done
};

/// What a worker found; merged when all have ended.
struct WorkerResult {
  LoadCounts counts;
  LatencyHistogram latency;
  LatencyHistogram connect;
  HttpTimes http_times;
  std::size_t opened = 0;
  int last_connect_error = 0;  // errno; 0: none
  std::chrono::nanoseconds measured{};
  std::chrono::nanoseconds cpu{};  // in the window
  bool interrupted = false;
  bool gave_up = false;
};

/// Keeps `depth` requests in flight on each connection (a closed loop), opens again what breaks, and counts.
/// Everything runs on the thread that calls connect() and run(); the plan, the workload and the driver
/// outlive it. The clock is read by the driver alone, once per receive: that instant ends the replies that
/// arrived and starts the requests that they make room for.
class Worker final : private DriverEvents {
 public:
  Worker(const LoadPlan& plan, WorkerShare share, Workload& workload, Driver& driver);

  /// Tries every connection once. Returns early when interrupted.
  void connect();
  /// Warms up and measures, from `start` on.
  void run(TimePoint start);

  WorkerResult take_result() { return std::move(result_); }

 private:
  void on_connected(ConnectionId id, TimePoint now) override;
  std::span<const std::byte> next_bytes(ConnectionId id) override { return workload_.unsent(id); }
  void on_sent(ConnectionId id, std::size_t count) override;
  Appetite appetite(ConnectionId id) override;
  void on_received(ConnectionId id, std::span<const std::byte> bytes, TimePoint now) override;
  void on_discarded(ConnectionId id, std::uint64_t count, TimePoint now) override;
  void on_broken(ConnectionId id, Break how, TimePoint now) override;

  void turn();

  // Phases.
  void enter(Phase phase, TimePoint at);
  void begin_window();
  void end_window(TimePoint at);
  bool measuring() const { return phase_ == Phase::kMeasure; }
  bool running() const { return phase_ == Phase::kWarmup || phase_ == Phase::kMeasure; }

  // Requests.
  void issue(ConnectionId id, TimePoint now);
  std::uint64_t issuable(const Connection& connection) const;
  bool arrived(ConnectionId id, std::uint64_t bytes, TimePoint now);
  void take_all(ConnectionId id, std::span<const std::byte> bytes, Replies replies, TimePoint now);
  bool take(ConnectionId id, const Replies& replies, TimePoint now);
  void answer(Connection& connection, const Replies& replies, TimePoint now);
  void record(Connection& connection, const StartRun& run, std::uint64_t count, TimePoint now);
  void go_on(ConnectionId id, TimePoint now);
  struct Failure {
    ErrorKind first;   // what happened to the oldest request in flight
    ErrorKind others;  // and to those behind it
  };
  void fail_in_flight(Connection& connection, Failure failure);
  void count_errors(ErrorKind kind, std::uint64_t count);

  // Connections.
  void start_openings();
  bool is_needed(const Connection& connection) const;
  void opened(ConnectionId id, TimePoint now);
  void server_closes(ConnectionId id, TimePoint now);
  void ended(ConnectionId id, TimePoint now);
  void try_later(ConnectionId id, TimePoint now);
  void connect_failed(ConnectionId id, int error_number, TimePoint now);
  void reopen(ConnectionId id, TimePoint now);
  void wait_to_reopen(ConnectionId id, TimePoint now);
  void drop(ConnectionId id, Failure failure, TimePoint now);
  void first_attempt_over(Connection& connection);

  // Deadlines.
  struct Alarm {
    TimePoint when;
    ConnectionId id;
  };
  void set_alarm(ConnectionId id, TimePoint when);
  void ring_alarms(TimePoint now);
  TimePoint deadline_of(const Connection& connection, TimePoint now) const;
  void deadline_passed(ConnectionId id, TimePoint now);
  void give_up_if_hopeless(TimePoint now);

  const LoadPlan& plan_;
  WorkerShare share_;
  Workload& workload_;
  Driver& driver_;

  std::unique_ptr<StartRun[]> run_memory_;  // of all connections' StartRuns; touched only where used
  std::vector<Connection> connections_;
  OpeningQueue openings_;
  DeadlineQueue<Alarm> alarms_;

  PhaseSchedule schedule_;
  Phase phase_ = Phase::kConnect;
  TimePoint phase_end_ = TimePoint::max();
  TimePoint window_begin_;
  TimePoint now_;               // the latest instant the driver named
  TimePoint last_held_;         // when a connection last proved to be of use
  std::size_t first_attempts_;  // still to be finished
  std::size_t open_ = 0;        // connections
  std::uint64_t in_flight_ = 0;
  std::uint64_t requests_left_ = UINT64_MAX;  // of the quota
  std::chrono::nanoseconds cpu_at_begin_{};
  WorkerResult result_;
};

}  // namespace suite
