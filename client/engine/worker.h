// One thread of the load generator: its connections, and what is counted on them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "client/drivers/driver.h"
#include "client/engine/connection.h"
#include "client/engine/open_loop.h"
#include "client/engine/opening_queue.h"
#include "client/engine/phases.h"
#include "client/engine/quota.h"
#include "client/engine/tally.h"
#include "client/load_plan.h"
#include "client/workloads/workload.h"
#include "common/base/deadline_queue.h"

namespace suite {

/// A worker's part of a LoadPlan.
struct WorkerShare {
  std::size_t connections = 0;
  std::optional<std::uint64_t> requests;  // completed + failed, after which it is done
  ThreadPlace place = {};
};

/// Closed loop: keeps `depth` requests in flight on each connection. Open loop: sends each request when it is
/// due, on the connection that has been idle longest, at most `depth` on each. Opens again what breaks, and
/// counts. Everything runs on the thread that calls connect() and run(); the plan, the workload, the driver
/// and the board outlive it. The clock is read by the driver alone, once per receive (that instant ends the
/// replies that arrived and starts the requests that they make room for) and, in an open loop, once per send.
class Worker final : private DriverEvents {
 public:
  Worker(const LoadPlan& plan, WorkerShare share, Workload& workload, Driver& driver, SeriesBoard& board);

  /// Tries every connection once. Returns early when interrupted, and when none could be opened for a whole
  /// timeout: of a server that takes no more, the others would wait as long, burst after burst.
  void connect();
  /// Warms up and measures, from `start` on; an open loop then awaits what was due, for as long as a timeout.
  void run(TimePoint start);

  WorkerResult take_result() { return std::move(result_); }

 private:
  void on_connected(ConnectionId id, TimePoint now) override;
  std::span<const std::byte> next_bytes(ConnectionId id) override { return workload_.unsent(id); }
  bool on_sent(ConnectionId id, std::size_t count) override;
  Appetite appetite(ConnectionId id) override;
  void on_received(ConnectionId id, std::span<const std::byte> bytes, TimePoint now) override;
  void on_discarded(ConnectionId id, std::uint64_t count, TimePoint now) override;
  void on_broken(ConnectionId id, Break how, TimePoint now) override;

  void turn();
  TimePoint wake_up_time() const;

  // Phases.
  void pass_edges(TimePoint now);
  void enter(Phase phase);
  void find_edge();
  void begin_window();
  void end_window(TimePoint at);
  void end_with_quota(TimePoint now);
  void take_findings();
  bool measuring() const { return phase_ == Phase::kMeasure; }
  bool in_load() const { return phase_ == Phase::kWarmup || measuring() || phase_ == Phase::kDrain; }

  // Requests.
  void issue(ConnectionId id, TimePoint now);
  void issued(ConnectionId id, std::uint64_t count);
  std::uint64_t issuable(const Connection& connection) const;
  void start_load(ConnectionId id, TimePoint now);
  void has_room(ConnectionId id, TimePoint now);

  // The open loop.
  void dispatch(TimePoint now);
  bool awaits_anything() const;
  void give_up_waiting(TimePoint now);
  void record_what_waits(TimePoint now);

  // Replies.
  bool arrived(ConnectionId id, std::uint64_t bytes, TimePoint now);
  void take_all(ConnectionId id, std::span<const std::byte> bytes, Replies replies, TimePoint now);
  bool take(ConnectionId id, const Replies& replies, TimePoint now);
  void answer(Connection& connection, const Replies& replies, TimePoint now);
  void record(const Connection& connection, const StartRun& run, std::uint64_t count, TimePoint now);
  void go_on(ConnectionId id, TimePoint now);
  struct Failure {
    ErrorKind first;   // what happened to the oldest request in flight
    ErrorKind others;  // and to those behind it
  };
  void fail_in_flight(Connection& connection, Failure failure, TimePoint now);

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
  TimePoint deadline_of_replies(const Connection& connection, TimePoint now) const;
  void time_out(Connection& connection, TimePoint now);
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
  TimePoint edge_ = TimePoint::max();  // the earlier one of that and of the end of the tally's second
  TimePoint target_busy_until_;        // no connection is opened before that
  TimePoint now_;                      // the latest instant the driver named
  TimePoint last_held_;                // when a connection last proved to be of use, or was opened first
  std::size_t first_attempts_;         // still to be finished
  std::size_t open_ = 0;               // connections

  Quota quota_;
  Tally tally_;
  std::optional<OpenLoop> open_loop_;  // unset: a closed one
  WorkerResult result_;
};

}  // namespace suite
