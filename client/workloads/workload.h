// Which bytes are the next requests, and how many complete, correct replies are in what arrived?
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "client/appetite.h"
#include "client/connection_id.h"
#include "client/load_result.h"

namespace suite {

/// What replies mean for the connection they came on.
enum class Fate : std::uint8_t {
  kGoesOn,
  kServerCloses,  // no further reply: the requests behind were not processed, and may be sent again
  kBroken,        // nothing on it can be trusted now
  kOver,          // as kServerCloses, and it is the client that closes it, at once
};

/// A request among those in flight on its connection, where replies may overtake each other: a number below
/// the depth, which another request gets once this one is over.
using Ticket = std::uint32_t;

/// Which requests replies belong to, where they may overtake each other. In memory of the workload's, until
/// it is called again.
struct Overtaking {
  std::span<const Ticket> answered;  // as many as Replies::answered says
  std::span<const Ticket> begun;     // of others, a part of the reply has arrived
};

/// Replies that have the same outcome: those to the oldest requests, in their order, or those that are named.
struct Replies {
  std::size_t consumed = 0;        // of the bytes given
  std::uint64_t answered = 0;      // replies completed
  std::optional<ErrorKind> wrong;  // what is wrong with each of them; nothing: they are correct
  Fate fate = Fate::kGoesOn;
  ErrorKind broken_by = ErrorKind::kMismatch;  // where it is kBroken: what happened to the next reply
  bool farewell = false;  // where it is kBroken: unsent() ends with what is to be said before closing
  bool begun = false;     // a part of the next reply has arrived
  bool more = false;      // there are others behind them: ask again, with no bytes where all are consumed
  const Overtaking* overtaking = nullptr;  // nullptr: they keep the order of their requests
};

/// The conversations of one worker's connections. Called per send and per receive, not per request. Knows no
/// socket and no time. One thread.
class Workload {
 public:
  virtual ~Workload() = default;

  /// The connection is new. The `unanswered` requests that were issued on the one before it are to be sent
  /// again, in their order; all of those in flight, or 0.
  virtual void restart(ConnectionId id, std::uint64_t unanswered) = 0;
  /// `count` further requests belong to what is to be sent on the connection.
  virtual void issue(ConnectionId id, std::uint64_t count) = 0;
  /// Whether replies may overtake each other; always the same. Then requests are issued with tickets, and
  /// those that are sent again keep theirs.
  virtual bool has_tickets() const { return false; }
  /// Instead of issue(): a request for each of the tickets, in their order.
  virtual void issue_tickets(ConnectionId id, std::span<const Ticket> tickets) { issue(id, tickets.size()); }
  /// Whether room() says anything; always the same.
  virtual bool bounds_room() const { return false; }
  /// How many more requests the other end takes now, whatever the depth. Asked again after each receive: it
  /// may change without a reply.
  virtual std::uint64_t room(ConnectionId) const { return UINT64_MAX; }
  /// Whether the other end has said what it has to say before any request; where not, there is no room, and
  /// this is awaited as long as a connection's opening is.
  virtual bool is_greeted(ConnectionId) const { return true; }
  /// The next bytes to send; empty when there are none. They stay where and as they are until this is asked
  /// again for the connection, or, where that ends, until the turn after: a driver may be slower to send them
  /// than to say so.
  virtual std::span<const std::byte> unsent(ConnectionId id) const = 0;
  /// The first `count` of them were sent. Whether there are more.
  virtual bool sent(ConnectionId id, std::size_t count) = 0;

  /// Asked before each receive.
  virtual Appetite appetite(ConnectionId id) const = 0;
  /// Bytes arrived. Never more replies than requests were issued, nor more than `most`, which is not 0. Ask
  /// again while bytes are left.
  virtual Replies received(ConnectionId id, std::span<const std::byte> bytes, std::uint64_t most) = 0;
  /// `count` bytes of appetite().discard arrived and were thrown away.
  virtual Replies discarded(ConnectionId id, std::uint64_t count, std::uint64_t most) = 0;
  /// The server ended the connection: at most one reply, which that completed. Where replies may overtake
  /// each other: those that had been announced to come and are lost; the other requests may be sent again.
  virtual Replies ended(ConnectionId) { return {}; }

  /// What was counted so far was warm-up.
  virtual void begin_window() {}
  /// What is counted from now on comes after the window.
  virtual void end_window() {}
  /// What it counted of statuses and bodies in the window, as far as that went; nullptr where there are none.
  virtual const HttpCounts* http_counts() const { return nullptr; }
  /// Whether a reply that was wrong is one of HTTP, which was not asked for.
  virtual bool was_answered_in_http() const { return false; }
  /// What was wrong with the first reply that was, or how much came of one that was cut short, to be read on
  /// after a colon; empty: nothing, or nothing more than its kind says.
  virtual std::string remark() const { return {}; }
};

}  // namespace suite
