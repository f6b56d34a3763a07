// What a worker with a table of connections does in the same way whatever it waits with: accepting within the
// bound, deadlines, the drain.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "common/base/deadline_queue.h"
#include "common/net/listener.h"
#include "common/net/unread_bytes.h"
#include "servers/loop.h"
#include "servers/loops/accept_gate.h"
#include "servers/loops/connection_table.h"
#include "servers/loops/conversation.h"

namespace suite {

/// The base of one run of a loop, `Worker`, which waits, moves the bytes, and has:
///
///   bool watch_listener(bool watched);        whether it worked
///   void unwatch_stop();                      the stop has been seen, and stays readable
///   void open_connection(Accepted accepted);  count it, add it to connections_, start it
///   void obey(Connection& connection, Next next);
///   void close(Connection& connection, CloseReason reason);
///   int descriptor_of(const Connection& connection);
///
/// and, where it does these differently, has_room(), on_due(), drain_connection() and cut_the_rest(). One
/// thread at a time. With std::shared_ptr as `Pointer` operations under way may outlive their connections.
template <class Worker, class Connection, class Pointer = std::unique_ptr<Connection>>
class WorkerFrame {
 public:
  WorkerFrame(const WorkerFrame&) = delete;
  WorkerFrame& operator=(const WorkerFrame&) = delete;

 protected:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit WorkerFrame(LoopContext& context)
      : context_(context), gate_(context.limits, context.worker.totals) {
    read_clock();
  }
  ~WorkerFrame() = default;

  bool finished() const { return turn_.draining && connections_.size() == 0; }

  /// The drain has taken as long as it may.
  bool drain_is_over() const { return drain_until_ && turn_.now >= *drain_until_; }

  /// When expire_deadlines() is to be called though nothing else happens; nothing: never.
  std::optional<TimePoint> next_wake() const {
    return earliest(
        {connections_.next_deadline(), drain_is_over() ? std::nullopt : drain_until_, gate_.opens_at()});
  }

  /// next_wake() as a time-out for epoll_wait and its like: 0 where the worker spins, -1 where there is
  /// nothing to wake for. Rounded up: waking early would only mean waiting again.
  int wait_milliseconds() const {
    if (context_.limits.busy_poll) return 0;
    const auto until = next_wake();
    if (!until) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
  }

  /// For a loop whose library has timers: sets the worker's to next_wake(), unless it is set so already, with
  /// Worker::set_timer(std::optional<std::chrono::nanoseconds>), from now on; nothing: it is to be stopped.
  void arm_timer() {
    const auto due = next_wake();
    if (due == timer_due_) return;
    timer_due_ = due;
    if (!due) return worker().set_timer({});
    worker().set_timer(std::max(*due - std::chrono::steady_clock::now(), std::chrono::nanoseconds(0)));
  }
  /// It has gone off.
  void timer_ended() { timer_due_.reset(); }

  /// For a loop that its library does not tell when a wait is over: reads the clock at the first call after
  /// expect_wait().
  const Turn& turn() {
    if (std::exchange(clock_stale_, false)) read_clock();
    return turn_;
  }
  void expect_wait() { clock_stale_ = true; }

  void read_clock() {
    turn_.now = std::chrono::steady_clock::now();
    turn_.wall = std::chrono::system_clock::now();
  }

  /// To be called once in each turn of the loop, after what it brought.
  void expire_deadlines() {
    while (Connection* const due = connections_.next_due(turn_.now)) worker().on_due(*due);
    if (drain_is_over()) return worker().cut_the_rest();
    arm_listener_again();
  }

  /// Something may have changed that kept the worker from accepting.
  void arm_listener_again() {
    if (!listener_armed_) arm_listener(gate_.open(connections_.size(), turn_.now) && !turn_.draining);
  }

  /// The listener is readable.
  void accept_waiting() {
    for (int accepted = 0; turn_.draining || accepted < kAcceptsPerTurn; ++accepted) {
      if (!gate_.open(connections_.size(), turn_.now)) return arm_listener(false);
      if (!worker().has_room()) {
        gate_.on_exhausted(turn_.now);
        return arm_listener(false);
      }
      Accepted next = accept_one(context_.listener.fd());
      if (next.status == AcceptStatus::kExhausted) {
        gate_.on_exhausted(turn_.now);
        return arm_listener(false);
      }
      if (next.status == AcceptStatus::kEnded) return arm_listener(false);
      if (next.status == AcceptStatus::kEmpty) return;
      try {
        worker().open_connection(std::move(next));
      } catch (const std::bad_alloc&) {  // it is closed; those behind it wait until there is some again
        gate_.on_exhausted(turn_.now);
        return arm_listener(false);
      }
    }
  }

  void arm_listener(bool armed) {
    if (armed != listener_armed_ && worker().watch_listener(armed)) listener_armed_ = armed;
  }

  /// The stop descriptor is readable.
  void start_drain() {
    worker().unwatch_stop();
    if (turn_.draining) return;
    turn_.draining = true;
    drain_until_ = turn_.now + context_.limits.drain;
    connections_.for_each([this](Connection& connection) { worker().drain_connection(connection); });
    accept_waiting();
    arm_listener(false);
    context_.stop_listening();
  }

  /// Whether one more connection can be served now; asked before it is accepted.
  bool has_room() { return true; }

  void cut_the_rest() {
    connections_.for_each([this](Connection& connection) { worker().close(connection, CloseReason::kCut); });
  }

  /// To be called where a conversation answers Next::kLinger, before note_deadline().
  void note_linger(Connection& connection) {
    connections_.note_linger(connection, context_.limits.most_body_lingers, turn_.now);
  }

  void on_due(Connection& connection) { worker().obey(connection, connection.talk.on_deadline(turn_)); }

  void drain_connection(Connection& connection) {
    const std::size_t unread = unread_bytes(worker().descriptor_of(connection));
    worker().obey(connection, connection.talk.on_drain(unread, turn_));
  }

  LoopContext& context_;
  Turn turn_;
  AcceptGate gate_;
  bool listener_armed_ = false;
  std::optional<TimePoint> drain_until_;
  ConnectionTable<Connection, Pointer> connections_;

 private:
  // So that a storm of connections does not starve those that are open.
  static constexpr int kAcceptsPerTurn = 64;

  Worker& worker() { return static_cast<Worker&>(*this); }

  bool clock_stale_ = false;  // a wait may lie between turn_ and now
  std::optional<TimePoint> timer_due_;
};

}  // namespace suite
