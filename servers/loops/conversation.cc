#include "servers/loops/conversation.h"

#include <algorithm>
#include <new>
#include <utility>

namespace suite {
namespace {

constexpr std::size_t kLingerBytes = 1024 * 1024;
constexpr std::chrono::seconds kLingerTime{2};

bool goes_on(After after) {
  return after == After::kRead || after == After::kMore || after == After::kReadOrMore;
}

}  // namespace

// What the session was about to say is incomplete, so it goes unsaid.
template <class Call>
Next Conversation::survive(Call call) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    out_of_memory_ = true;
    after_ = After::kClose;
    out_.drop();
    return Next::kClose;
  }
}

Next Conversation::on_bytes(std::span<const std::byte> in, const Turn& turn) {
  totals_.bytes_received += in.size();
  if (drain_unread_) *drain_unread_ -= std::min(*drain_unread_, in.size());
  return survive([&] { return follow(session_->on_bytes(in, turn, out_), turn); });
}

Next Conversation::on_end(const Turn& turn) {
  if (lingering()) return Next::kClose;
  // A socket goes on saying so; the session has heard it.
  if (std::exchange(ended_, true) && after_ == After::kReadOrMore) return on_no_input(turn);
  return survive([&] { return follow(session_->on_end(turn, out_), turn); });
}

Next Conversation::on_no_input(const Turn& turn) {
  return survive([&] { return follow(session_->resume(turn, out_), turn); });
}

Next Conversation::on_sent(std::size_t sent, const Turn& turn) {
  totals_.bytes_sent += sent;
  state_ = State::kReading;  // whatever is sent next has the whole send time-out
  answered_while_draining_ = turn.draining;
  return survive([&] { return follow(after_, turn); });
}

void Conversation::on_blocked(std::size_t sent, const Turn& turn) {
  const Next next = survive([this] {
    out_.own();
    return Next::kSend;
  });
  on_sending(sent, turn);
  if (next == Next::kClose) deadline_ = turn.now;  // the loop waits for room; it is due before that
}

void Conversation::on_sending(std::size_t sent, const Turn& turn) {
  totals_.bytes_sent += sent;
  if (state_ != State::kSending || sent > 0) deadline_ = turn.now + limits_.send_timeout;
  state_ = State::kSending;
}

Next Conversation::on_discarded(std::size_t count, const Turn& turn) {
  totals_.bytes_received += count;
  discarded_ += count;
  if (!lingers_for_body()) return discarded_ >= kLingerBytes ? Next::kClose : Next::kLinger;
  if (turn.draining) return Next::kClose;
  renew_body_linger(turn.now);
  return Next::kLinger;
}

Next Conversation::on_drain(std::size_t unread, const Turn& turn) {
  drain_unread_ = unread;
  if (lingering()) return lingers_for_body() ? Next::kClose : Next::kLinger;
  if (!out_.empty()) return Next::kSend;
  return survive([&] { return after_ == After::kReadOrMore ? follow(after_, turn) : wait_for_input(turn); });
}

Next Conversation::on_deadline(const Turn& turn) {
  if (lingering()) return Next::kClose;
  timed_out_ = true;
  if (state_ == State::kSending) return Next::kClose;
  return survive([&] {
    const After after = session_->on_deadline(turn, out_);
    if (goes_on(after)) timed_out_ = false;
    return follow(after, turn);
  });
}

void Conversation::on_closed(CloseReason reason) {
  if (reason == CloseReason::kReset && lingering())
    reason = close_reason();  // one way of ending, and no harm
  if (reason == CloseReason::kReset) ++totals_.resets;
  if (reason == CloseReason::kTimeout) ++totals_.timeouts;
  if (reason == CloseReason::kCut) ++totals_.cut;
  session_->on_closed(reason);
}

Next Conversation::follow(After after, const Turn& turn) {
  while (out_.empty() && after == After::kMore) after = session_->resume(turn, out_);
  after_ = after;
  if (!out_.empty()) return Next::kSend;
  switch (after) {
    case After::kRead:
    case After::kMore:
      return wait_for_input(turn);
    case After::kReadOrMore:
      if (const auto next = tell_of_drain(turn)) return *next;
      deadline_.reset();  // nobody waits
      return Next::kReadOrMore;
    case After::kLinger:
    case After::kLingerForBody:
      return linger(turn);
    case After::kClose:
      return Next::kClose;
  }
  return Next::kClose;
}

Next Conversation::linger(const Turn& turn) {
  state_ = State::kLingering;
  if (turn.draining) after_ = After::kLinger;  // a server that stops waits for nobody's upload
  if (lingers_for_body()) {
    linger_until_ = turn.now + limits_.body_linger;
    renew_body_linger(turn.now);
  } else {
    deadline_ = turn.now + kLingerTime;
  }
  return Next::kLinger;
}

void Conversation::renew_body_linger(TimePoint now) {
  deadline_ = std::min(linger_until_, now + limits_.body_linger_gap);
}

std::optional<Next> Conversation::tell_of_drain(const Turn& turn) {
  if (!drain_unread_ || *drain_unread_ > 0) return std::nullopt;
  drain_unread_.reset();
  const After after = session_->on_drain(turn, out_);
  // A peer that was just answered may be about to send. Closing would answer that with a reset, which can
  // overtake the bytes that the peer has yet to read.
  const bool lingers = after == After::kClose && answered_while_draining_;
  return follow(lingers ? After::kLinger : after, turn);
}

Next Conversation::wait_for_input(const Turn& turn) {
  if (const auto next = tell_of_drain(turn)) return *next;
  state_ = State::kReading;
  const auto patience = session_->patience();
  deadline_ = patience ? std::optional(turn.now + *patience) : std::nullopt;
  return Next::kRead;
}

}  // namespace suite
