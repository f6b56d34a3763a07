// One connection's life as straight-line code: receive, answer, send all of it, again. For backends whose
// connections wait where they stand, on a stack of their own (fiber, threads) or until a thread's turn is
// over (pool).
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "servers/loops/conversation.h"

namespace suite {

/// What came of trying to receive or to send.
enum class IoEvent {
  kDone,      // input arrived; or all is sent
  kEnd,       // the peer's half-close
  kBroken,    // the connection is
  kLost,      // what is left to send cannot be: the file it comes from changed
  kDeadline,  // the conversation's deadline has passed
  kDrain,     // the server has begun to stop; comes once for each connection
  kCut,       // the drain's time is over
  kLater,     // the socket has nothing or takes nothing, and this is not the place to wait for it
};

struct IoReceived {
  IoEvent event;
  std::span<const std::byte> bytes;  // with kDone
};

struct IoSent {
  IoEvent event;
  std::size_t bytes;  // with kDone: since the conversation was told last
};

/// Serves a connection until it is to be closed for the returned reason, or until `io` says kLater: nothing
/// then, and go_on() goes on. `io` has
///
///     const Turn& turn();    the time, and whether the server stops, as of the call before
///     IoReceived receive();
///     IoReceived receive_now();  what is there; kLater: nothing
///     IoSent send();           until out() is empty or something else comes first
///     std::size_t unread();  FIONREAD
///     void end_sending();    shutdown(2); the conversation lingers
template <class Io>
class StraightLine {
 public:
  StraightLine(Io& io, Conversation& talk) : io_(io), talk_(talk) {}

  /// A connection that was just accepted.
  std::optional<CloseReason> open() { return serve(talk_.on_opened(io_.turn())); }

  /// After kLater.
  std::optional<CloseReason> go_on() {
    if (talk_.lingering()) return linger();
    return serve(talk_.out().empty() ? Next::kRead : Next::kSend);
  }

 private:
  std::optional<CloseReason> serve(Next next) {
    for (;;) {
      switch (next) {
        case Next::kRead: {
          const IoReceived received = io_.receive();
          if (received.event == IoEvent::kLater) return std::nullopt;
          next = received.event == IoEvent::kDone ? talk_.on_bytes(received.bytes, io_.turn())
                                                  : on_other(received.event);
          break;
        }
        case Next::kReadOrMore: {
          const IoReceived received = io_.receive_now();
          next = received.event == IoEvent::kDone    ? talk_.on_bytes(received.bytes, io_.turn())
                 : received.event == IoEvent::kLater ? talk_.on_no_input(io_.turn())
                                                     : on_other(received.event);
          break;
        }
        case Next::kSend: {
          const IoSent sent = io_.send();
          if (sent.event == IoEvent::kLater) return std::nullopt;
          next = sent.event == IoEvent::kDone ? talk_.on_sent(sent.bytes, io_.turn()) : on_other(sent.event);
          break;
        }
        case Next::kLinger:
          io_.end_sending();
          return linger();
        case Next::kClose:
          return reason_.value_or(talk_.close_reason());
      }
    }
  }

  std::optional<CloseReason> linger() {
    for (;;) {
      const IoReceived received = io_.receive();
      if (received.event == IoEvent::kLater) return std::nullopt;
      if (received.event == IoEvent::kBroken) return CloseReason::kReset;
      const Next next = received.event == IoEvent::kDone
                            ? talk_.on_discarded(received.bytes.size(), io_.turn())
                            : on_other(received.event);
      if (next == Next::kClose) return reason_.value_or(talk_.close_reason());
    }
  }

  Next on_other(IoEvent event) {
    switch (event) {
      case IoEvent::kEnd:
        return talk_.on_end(io_.turn());
      case IoEvent::kDeadline:
        return talk_.on_deadline(io_.turn());
      case IoEvent::kDrain:
        return talk_.on_drain(io_.unread(), io_.turn());
      case IoEvent::kBroken:
        reason_ = CloseReason::kReset;
        return Next::kClose;
      default:
        reason_ = CloseReason::kCut;
        return Next::kClose;
    }
  }

  Io& io_;
  Conversation& talk_;
  std::optional<CloseReason> reason_;  // where the conversation does not know it
};

}  // namespace suite
