// The dialogue between one connection's session and the loop that moves its bytes: which call is next.
// Readiness and completion loops alike are driven by the same four answers, so that back-pressure,
// lingering, draining and time-outs are written once.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "common/io/out_buffer.h"
#include "servers/loop.h"
#include "servers/session.h"

namespace suite {

/// What the loop does next for a connection.
enum class Next {
  kRead,        // wait for input, then on_bytes() or on_end()
  kSend,        // send all of out(), reading disarmed, then on_sent(); on_blocked() when the socket is full
  kReadOrMore,  // on_bytes() or on_end() where there is something, without waiting; else on_no_input()
  kLinger,      // shut down sending; discard input with on_discarded() until on_end() (RFC 9112 9.6)
  kClose,       // on_closed() and close it
};

/// How often a loop that sends and reads without a wait does so for one connection before it sees to the
/// others: Next::kReadOrMore may come as long as an answer lasts.
inline constexpr int kPartsPerTurn = 64;

/// Read, answer, send all of it, only then read again. Where there is no memory for what a session does, its
/// connection is closed. One connection, one thread.
class Conversation {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  Conversation(std::unique_ptr<Session> session, const LoopLimits& limits, WorkerTotals& totals)
      : session_(std::move(session)), limits_(limits), totals_(totals) {}

  OutBuffer& out() { return out_; }

  /// The connection was accepted.
  Next on_opened(const Turn& turn) { return wait_for_input(turn); }
  /// Input arrived. What the session borrows from `in` must stay valid as OutBuffer says.
  Next on_bytes(std::span<const std::byte> in, const Turn& turn);
  /// The peer shut down its sending side.
  Next on_end(const Turn& turn);
  /// After kReadOrMore: nothing has arrived.
  Next on_no_input(const Turn& turn);
  /// out() has become empty; `sent` bytes went out since the last call of on_sent() or on_blocked().
  Next on_sent(std::size_t sent, const Turn& turn);
  /// The socket takes no more for now. Copies what is borrowed and starts, or renews, the send time-out.
  void on_blocked(std::size_t sent, const Turn& turn);
  /// The same for a loop that lends its receive buffer until the send has completed: nothing is copied.
  void on_sending(std::size_t sent, const Turn& turn);
  /// Input arrived while lingering and was thrown away.
  Next on_discarded(std::size_t count, const Turn& turn);
  /// The server is stopping. `unread` bytes (FIONREAD) had arrived before that; they are still answered.
  Next on_drain(std::size_t unread, const Turn& turn);
  /// deadline() has passed.
  Next on_deadline(const Turn& turn);
  /// To be called exactly once, when the connection goes.
  void on_closed(CloseReason reason);

  /// When on_deadline() is due; it moves with the calls above.
  std::optional<TimePoint> deadline() const { return deadline_; }
  /// Once out() is sent, nothing more will be.
  bool ends_after_sending() const {
    return after_ == After::kClose || after_ == After::kLinger || after_ == After::kLingerForBody;
  }
  bool lingering() const { return state_ == State::kLingering; }
  bool lingers_for_body() const { return lingering() && after_ == After::kLingerForBody; }
  /// Its place is needed for another one: while it lingers for a body, it is due at `now`.
  void stop_lingering(TimePoint now) { deadline_ = linger_until_ = now; }
  /// Why a connection closes that a Next::kClose ends.
  CloseReason close_reason() const {
    if (out_of_memory_) return CloseReason::kCut;
    return timed_out_ ? CloseReason::kTimeout : CloseReason::kFinished;
  }

 private:
  enum class State { kReading, kSending, kLingering };

  template <class Call>
  Next survive(Call call);
  Next follow(After after, const Turn& turn);
  Next wait_for_input(const Turn& turn);
  std::optional<Next> tell_of_drain(const Turn& turn);
  Next linger(const Turn& turn);
  void renew_body_linger(TimePoint now);

  std::unique_ptr<Session> session_;
  OutBuffer out_;
  const LoopLimits& limits_;
  WorkerTotals& totals_;
  std::optional<TimePoint> deadline_;
  std::optional<std::size_t> drain_unread_;  // set while draining: what is still to be read and answered
  std::size_t discarded_ = 0;
  TimePoint linger_until_{};  // for a body, however much still comes
  State state_ = State::kReading;
  After after_ = After::kRead;
  bool timed_out_ = false;
  bool out_of_memory_ = false;
  bool ended_ = false;  // the peer's sending side
  bool answered_while_draining_ = false;
};

}  // namespace suite
