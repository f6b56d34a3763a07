// One thread of the load generator: what happens on its connections, and what follows from that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "client/drivers/driver.h"
#include "client/engine/connections.h"
#include "client/engine/open_loop.h"
#include "client/engine/phases.h"
#include "client/engine/quota.h"
#include "client/engine/series_board.h"
#include "client/engine/tally.h"
#include "client/load_plan.h"
#include "client/workloads/workload.h"

namespace suite {

/// A worker's part of a LoadPlan.
struct WorkerShare {
  std::size_t connections = 0;
  std::optional<std::uint64_t> requests;  // completed + failed, after which it is done
  std::size_t thread = 0;                 // of this process
  ThreadPlace place = {};
};

/// Closed loop: keeps `depth` requests in flight on each connection. Open loop: sends each request when it is
/// due, on the connection that has been idle longest, at most `depth` on each. Opens again what breaks, and
/// counts. Everything runs on the thread that calls connect() and run(); the plan, the workload, the driver
/// and the board outlive it. The clock is read by the driver alone, once per receive (that instant ends the
/// replies that arrived and starts the requests that they make room for) and, in an open loop, once per send.
///
/// It is the glue between the driver's events and the parts that know no driver: Tally, Connections, OpenLoop
/// and Quota decide and count. Its functions are many because each event is one, and so is each step that
/// several of them have in common; none is longer than a screen.
class Worker final : private DriverEvents {
 public:
  Worker(const LoadPlan& plan, WorkerShare share, Workload& workload, Driver& driver, SeriesBoard& board);

  /// Tries every connection once. Returns early when interrupted, and when none could be opened for a whole
  /// timeout: of a server that takes no more, the others would wait as long, burst after burst.
  void connect();
  /// Waits until `start`, and opens again meanwhile what the server closes.
  void await(TimePoint start);
  /// Warms up and measures, from `start` on; an open loop then awaits what was due, for as long as a timeout.
  void run(TimePoint start);
  /// After run() has thrown: ends the window where it is, so that there is a result. The second that has
  /// begun is missing from the board.
  void break_off();
  /// What it found; once, after run().
  WorkerResult take_result();

 private:
  void on_connected(ConnectionId id, TimePoint now) override { on_secured(id, {.began = now}, now); }
  void on_secured(ConnectionId id, const Handshake& handshake, TimePoint now) override;
  std::span<const std::byte> next_bytes(ConnectionId id) override { return workload_.unsent(id); }
  bool on_sent(ConnectionId id, std::size_t count) override;
  Appetite appetite(ConnectionId id) override;
  void on_received(ConnectionId id, std::span<const std::byte> bytes, TimePoint now) override;
  void on_discarded(ConnectionId id, std::uint64_t count, TimePoint now) override;
  void on_broken(ConnectionId id, Break how, TimePoint now) override;

  void turn();
  TimePoint wake_up_time() const;

  // Inline are the steps on the path of each reply; worker.cc defines them, and alone calls them.

  // Phases.
  void pass_edges(TimePoint now);
  void enter(Phase phase);
  void begin_window();
  void end_window(TimePoint at);
  /// To be called wherever requests are over: with the last one of the quota the phase ends, there and then.
  /// What that means is seen to where any phase's end is, before the next event.
  void end_with_quota(TimePoint now) {
    if (!quota_.is_used_up()) return;
    phases_.cut_short(now);
    edge_ = now;
  }
  void give_up_waiting(TimePoint now);
  void end_run();

  // Requests.
  inline void offer_room(ConnectionId id, TimePoint now);
  inline std::uint64_t room(ConnectionId id);
  inline void issued(ConnectionId id, std::uint64_t count);
  void offer_room_and_send(ConnectionId id, TimePoint now);
  void dispatch(TimePoint now);

  // Replies.
  inline bool wants_replies(ConnectionId id, std::uint64_t bytes, TimePoint now);
  void take_all(ConnectionId id, std::span<const std::byte> bytes, Replies& replies, TimePoint now);
  inline bool take(ConnectionId id, const Replies& replies, TimePoint now);
  bool all_stand() const { return connections_.all_tried() && connections_.all_greeted(); }
  // Kept out of the path of each reply, which the compiler would spread for their sake.
  [[gnu::noinline]] void part_with(ConnectionId id, Fate fate, TimePoint now);
  [[gnu::noinline]] void look_for_greeting(ConnectionId id);
  void answer(Connection& connection, const Replies& replies, TimePoint now);
  void answer_by_ticket(Connection& connection, const Replies& replies, TimePoint now);
  void begin_reply(Connection& connection, const Replies& replies, TimePoint now);
  inline void record(Connection& connection, const StartRun& run, std::uint64_t count, TimePoint first_byte,
                     TimePoint now);
  inline void go_on(ConnectionId id, TimePoint now);
  struct Failure {
    ErrorKind first;   // what happened to the oldest request in flight
    ErrorKind others;  // and to those behind it
  };
  void fail_in_flight(Connection& connection, Failure failure, TimePoint now);
  void time_out(Connection& connection, TimePoint now);

  // Connections.
  void start_openings();
  void connect_failed(ConnectionId id, int error_number, TimePoint now);
  void handshake_failed(ConnectionId id, TimePoint now);
  void opening_failed(ConnectionId id, ErrorKind kind, TimePoint now);
  void count_failed_opening(ErrorKind kind, TimePoint now);
  void drop(ConnectionId id, Failure failure, TimePoint now);
  void ended(ConnectionId id, TimePoint now);
  void close_overdue(TimePoint now);
  void deadline_passed(ConnectionId id, TimePoint now);

  const LoadPlan& plan_;
  WorkerShare share_;
  Workload& workload_;
  Driver& driver_;
  const bool has_tickets_, bounds_room_;  // as the workload says
  Phases phases_;
  TimePoint edge_ = TimePoint::max();  // the end of the phase, or of a second of the window before that
  TimePoint now_;                      // the latest instant the driver named
  Quota quota_;
  Connections connections_;
  Tally tally_;
  std::optional<OpenLoop> open_loop_;  // unset: a closed one
  std::size_t opened_ = 0;             // when connect() was over
  bool interrupted_ = false;
  bool gave_up_ = false;
};

}  // namespace suite
