// The seam between protocols and I/O: a protocol is bytes in, bytes out. It knows no socket and no thread
// and is told the time, so that one protocol serves every backend and is tested without a network.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "common/base/error.h"
#include "common/io/out_buffer.h"
#include "common/net/endpoint.h"
#include "servers/totals.h"
#include "servers/troubles.h"

namespace suite {

class WorkerLock;

/// What the loop does once everything in the outbox has been sent.
enum class After {
  kRead,        // read again
  kMore,        // call resume() before reading: input it kept is still to be answered
  kReadOrMore,  // take input that is there, without waiting; where none is, call resume(): a long answer is
                // under way that what arrives may change
  kClose,       // close the connection
  kLinger,      // shut down sending, discard input until EOF, 1 MiB or 2 s, then close (RFC 9112 9.6)
  kLingerForBody,  // the same behind the refusal of a request's body, whatever its length: until EOF,
                   // for 30 s, or 5 s without a byte; a drain, or too many that do so, end it at once
};

enum class CloseReason {
  kFinished,  // both sides were done
  kReset,     // the peer broke the connection
  kTimeout,   // a deadline passed
  kCut,       // the drain's time was over, or the file that was being sent changed
};

/// The time and the state of the server, as of this turn of the loop.
struct Turn {
  std::chrono::steady_clock::time_point now;
  std::chrono::system_clock::time_point wall;
  bool draining = false;  // the server is stopping
};

/// One connection's protocol state. Called by one loop, by one thread at a time, never while the outbox holds
/// bytes, except for on_closed(), which comes exactly once and last.
class Session {
 public:
  virtual ~Session() = default;

  /// TLS has agreed on this protocol (RFC 7301), or, empty, on none. Comes before any bytes, and only over
  /// TLS.
  virtual void on_protocol(std::string_view) {}
  /// `in` is never empty. What is borrowed from it into `out` stays valid as OutBuffer says.
  virtual After on_bytes(std::span<const std::byte> in, const Turn& turn, OutBuffer& out) = 0;
  /// Goes on after kMore, or after kReadOrMore where no input is there. After kReadOrMore it adds to the
  /// outbox, at most until that is full, or waits (kRead): the loop would not.
  virtual After resume(const Turn& turn, OutBuffer& out) = 0;
  /// The peer has shut down its sending side; nothing more will be read. Comes once; kReadOrMore behind it is
  /// kMore.
  virtual After on_end(const Turn& turn, OutBuffer& out) = 0;
  /// The server is stopping, and what had arrived before has been handed over. kClose lingers where
  /// something was sent since the stop. Comes once, in the middle of what a session sends with kReadOrMore.
  virtual After on_drain(const Turn& turn, OutBuffer& out) = 0;
  /// The peer has taken that long. Where the session goes on, that was no time-out.
  virtual After on_deadline(const Turn& turn, OutBuffer& out) = 0;
  /// How long the peer may take for its next bytes, from Turn::now; asked after each call that ends in kRead.
  /// Nothing: for ever.
  virtual std::optional<std::chrono::nanoseconds> patience() const = 0;
  virtual void on_closed(CloseReason reason) = 0;
};

/// One worker, as its sessions see it. Outlives them.
struct WorkerContext {
  WorkerTotals& totals;
  std::size_t index;    // from 0
  std::size_t workers;  // of the server
  /// Rises by one with each SIGHUP, where the server takes them.
  const std::atomic<std::uint32_t>& hangups;
  OnTrouble on_trouble = {};  // empty: nobody wants to know
  /// Set by the loop where several threads serve the worker's connections. A session may give it up
  /// (released()) for long work of its own that touches nothing which sessions share.
  WorkerLock* lock = nullptr;
  /// Set by the loop where each connection has a stack of its own: gives back what lies below the caller's
  /// frame. For a session to call behind work that went deeper than what follows it will (a handshake).
  std::function<void()> trim_stack = {};
};

/// Makes the session for a connection from `peer`. One worker's: it may hold what that worker's sessions
/// share, so that nothing is locked. Where a worker has several threads they take turns
/// (servers/worker_lock.h).
using SessionFactory = std::function<std::unique_ptr<Session>(const Endpoint& peer)>;

/// Makes a worker's SessionFactory. Called once in each worker, on its own thread (or in its own process),
/// before it listens: a failure here is a failure to start. `worker` outlives the factory.
using ServerProtocol = std::function<std::expected<SessionFactory, Error>(WorkerContext& worker)>;

}  // namespace suite
