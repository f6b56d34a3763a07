// Moves bytes between connections and whoever knows what they mean.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>

#include "client/appetite.h"
#include "client/connection_id.h"
#include "client/load_plan.h"
#include "client/source_addresses.h"
#include "common/net/endpoint.h"

namespace suite {

struct TlsFindings;

/// How a connection, or the attempt to open one, ended.
struct Break {
  enum class Kind {
    kNotOpened,
    kReset,
    kClosed,
    kCut,    // closed, and nothing says that the server had sent all it wanted to (TLS without close_notify)
    kNoTls,  // the handshake failed: it was not opened
    kTlsFailed,  // it was open, and what arrived is not what TLS would send
  };
  Kind kind;
  int error_number = 0;  // errno of kNotOpened and kReset
};

/// The part of a connection's opening that follows TCP's.
struct Handshake {
  std::chrono::steady_clock::time_point began;  // the connection stood
  bool resumed = false;                         // it resumed an earlier session
};

/// What a driver asks and tells. Every call comes from inside Driver::turn() or Driver::send(), and may call
/// the driver back.
class DriverEvents {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  virtual void on_connected(ConnectionId id, TimePoint now) = 0;
  /// Instead of on_connected(), by a driver that speaks TLS: both are done.
  virtual void on_secured(ConnectionId id, const Handshake&, TimePoint now) { on_connected(id, now); }
  /// The next bytes to send; empty: nothing now, ask again after Driver::send(). They stay where and as they
  /// are, on_sent() or not, until this is asked again for `id`, or until the turn after its end: a driver
  /// asks when it no longer needs those before.
  virtual std::span<const std::byte> next_bytes(ConnectionId id) = 0;
  /// The first `count` bytes of next_bytes() are on their way: with the kernel, or, where a driver hands over
  /// all sends of a turn together, with the driver. Asks for nothing back. Whether next_bytes() has more.
  virtual bool on_sent(ConnectionId id, std::size_t count) = 0;
  /// Asked before each receive on `id`.
  virtual Appetite appetite(ConnectionId id) = 0;
  /// `bytes` are valid during the call, `now` is when they arrived. The driver then asks for next_bytes().
  virtual void on_received(ConnectionId id, std::span<const std::byte> bytes, TimePoint now) = 0;
  /// `count` bytes of what may be discarded arrived, unseen. Otherwise like on_received().
  virtual void on_discarded(ConnectionId id, std::uint64_t count, TimePoint now) = 0;
  /// The connection is closed already.
  virtual void on_broken(ConnectionId id, Break how, TimePoint now) = 0;

 protected:
  ~DriverEvents() = default;
};

/// How a driver is to be made: a thread's part of a plan.
struct DriverOptions {
  std::size_t connections = 0;
  SourceTurns sources;     // what they point to outlives the driver
  SocketPlan sockets;      // of those that have any
  bool busy_poll = false;  // turn() spins instead of sleeping
};

/// One thread's connections as the kernel sees them. It reads while a send is blocked: requests in flight
/// beyond what the sockets hold would otherwise lock both ends.
class Driver {
 public:
  using TimePoint = DriverEvents::TimePoint;

  virtual ~Driver() = default;
  virtual std::string_view name() const = 0;
  /// Reads the clock that every instant below comes from.
  virtual TimePoint now() = 0;

  enum class Opening {
    kStarted,  // on_connected() or on_broken() will say how it went
    kOpen,     // it is open: nothing more is said about it
    kBusy,     // try again later: a unix socket's queue is full, or descriptors are still being closed
  };
  /// Starts to connect `id`, which is closed. Calls nobody back. The targets of a driver are of one family.
  virtual Opening open(ConnectionId id, const Endpoint& target) = 0;
  /// There is something to send on `id`, which is open. May ask for it and send it before returning.
  virtual void send(ConnectionId id, DriverEvents& events) = 0;
  /// Closes `id` if it is open. Nothing is reported about it after this.
  virtual void close(ConnectionId id) = 0;

  enum class Woken { kByEvents, kByInterrupt };
  struct Turn {
    TimePoint now;  // after the waiting; no earlier than what was reported
    Woken woken;
  };
  /// What it found out about TLS; nullptr where it speaks none.
  virtual const TlsFindings* tls() const { return nullptr; }
  /// Waits until something happens, or until `until`, and reports all of it. May come back before either.
  virtual Turn turn(TimePoint until, DriverEvents& events) = 0;
};

}  // namespace suite
