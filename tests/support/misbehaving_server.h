// A server that misbehaves to a script and keeps count of it: the truth that a client's report is held
// against.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>

#include "common/stats/latency_histogram.h"
#include "tests/support/scripted_server.h"

namespace suite::test {

/// What befalls a request. After all but kStatus (and kWrongByte of HTTP, where a wrong body ends nothing)
/// the connection is read to its end and nothing more is answered on it, so that every request sent is
/// counted.
enum class Fault {
  kNone,
  kWrongByte,    // its reply's last byte is another
  kShifted,      // its reply lacks the first byte
  kShort,        // its reply lacks the last byte; the next reply follows
  kDropped,      // no reply; the next reply follows
  kSwapped,      // the next reply comes before its own
  kStatus,       // of HTTP: 500, and all goes on
  kClose,        // the stream ends instead
  kReset,        // the connection breaks instead
  kResetMidway,  // half a reply, then the connection breaks
  kSilence,      // nothing at all
};

struct Misbehaviour {
  bool tls = false;                  // all of it through TLS, with a certificate that nobody has signed
  std::size_t echo_bytes = 64;       // of an echo's request; 0: HTTP, requests without a body
  std::chrono::nanoseconds delay{};  // each reply is due that long after its request, those before it or not

  /// While it lasts, nothing is answered; what became due in it is sent at its end.
  struct Stall {
    std::chrono::nanoseconds after;  // from the first request of all
    std::chrono::nanoseconds length;
    std::chrono::nanoseconds period{};  // again and again; 0: once
  };
  std::optional<Stall> stall;

  Fault fault = Fault::kNone;
  std::uint64_t every = 1;         // the fault befalls each request of a connection whose number this divides
  std::uint64_t resets_every = 0;  // each connection whose number this divides is reset as it comes; 0: none
};

/// What the server did. A request is counted once it has been read to its end.
struct ServerTruth {
  std::uint64_t connections = 0;
  std::uint64_t reset_on_accept = 0;  // of these
  std::uint64_t requests = 0;
  std::uint64_t answered = 0;  // rightly
  std::uint64_t spoiled = 0;   // those that the fault befell
  /// Of the answered ones, from the request's arrival, as the kernel saw it (SO_TIMESTAMPNS: on loopback that
  /// is inside the client's send), to the instant just before its reply was sent. However late this server's
  /// threads were: a client sees no less, and what it sees beyond is the way of a reply to its receive.
  LatencyHistogram held;

  ServerTruth& operator+=(const ServerTruth& other);
};

/// Connections have a thread each, woken by timers of nanoseconds. Ends with its scope.
class MisbehavingServer {
 public:
  explicit MisbehavingServer(Misbehaviour script);

  const Endpoint& endpoint() const { return server_.endpoint(); }
  int accepted() const { return server_.accepted(); }
  bool speaks_tls() const { return script_.tls; }
  /// Waits until every connection it has accepted is over: the client closes them.
  ServerTruth truth() const;

 private:
  void serve(int fd, int number);

  const Misbehaviour script_;
  std::atomic<std::chrono::steady_clock::rep> first_request_ = 0;  // its instant; 0: there was none
  mutable std::mutex mutex_;
  ServerTruth truth_;      // of the connections that are over
  ScriptedServer server_;  // last: its threads use the others
};

}  // namespace suite::test
