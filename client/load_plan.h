// What one run of the load generator is to do: values only, complete before anything is opened.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "client/http/status_set.h"
#include "client/share.h"
#include "common/net/endpoint.h"
#include "common/tls/client_options.h"

namespace suite {

/// How closely replies are looked at.
enum class Verify {
  kFull,    // every byte is compared
  kLength,  // bytes are counted; one more than was asked for is a mismatch
  kNone,    // bytes are counted; what nobody asked for is ignored
};

/// The bytes of a request that is no HTTP.
struct PayloadPlan {
  /// Sent as it is, again and again. Empty: `size` bytes of a pseudo-random stream instead, so that no
  /// request equals its neighbours.
  std::string text;
  std::size_t size = 0;  // bytes of one request; text.size() where there is a text
};

/// A load of echoes: what is sent comes back.
struct EchoPlan {
  PayloadPlan payload;
};

/// A load of HTTP/1.1.
struct HttpPlan {
  std::vector<std::string> requests;  // whole, as they are sent; taken in turn over all connections
  bool to_head = false;               // their method is HEAD: answers have no content
  std::vector<bool> heads = {};       // which of them are; empty: all of them or none, as to_head says
  StatusSet ok = statuses(100, 399);  // no error
};

/// A load of HTTP/2.
struct Http2Plan {
  struct Request {
    std::vector<std::pair<std::string, std::string>>
        fields;  // as they are sent, pseudo-header fields in front
    std::string body = {};
    bool to_head = false;  // its answer has no content
  };
  std::vector<Request> requests;      // taken in turn over all connections
  StatusSet ok = statuses(100, 399);  // no error
};

/// A load of requests that all have the same reply.
struct FixedReplyPlan {
  PayloadPlan payload;
  std::string reply;  // not empty
};

/// A load of requests whose replies end with the same bytes, whatever stands before these.
struct TerminatedReplyPlan {
  PayloadPlan payload;
  std::string terminator;  // not empty
};

/// What is loaded. client/workloads/make_workload.h says what follows from which.
using ProtocolPlan = std::variant<EchoPlan, HttpPlan, Http2Plan, FixedReplyPlan, TerminatedReplyPlan>;

/// When requests are due, if not as soon as there is room for them: an open loop.
struct RatePlan {
  double per_second = 0;  // over all threads of all parts; above 0
  enum class Arrivals : std::uint8_t {
    kConstant,  // evenly spaced
    kPoisson,   // independent of each other, as those of many users are: gaps are exponentially distributed
  };
  Arrivals arrivals = Arrivals::kConstant;
};

/// What moves the bytes.
enum class DriverKind : std::uint8_t {
  kAuto,   // as make_driver() chooses
  kEpoll,  //
  kUring,  //
  kNull,   // nothing: requests are answered in memory, which shows what the tool itself costs
};
inline constexpr std::array<std::string_view, 4> kDriverNames{"auto", "epoll", "uring", "null"};

constexpr std::string_view name_of(DriverKind kind) { return kDriverNames[static_cast<std::size_t>(kind)]; }

/// How the client's sockets are set.
struct SocketPlan {
  std::optional<int> send_buffer, receive_buffer;  // bytes; unset: as the kernel chooses
  bool nodelay = true;
  enum class Close : std::uint8_t { kFin, kReset } close = Close::kFin;  // where the client closes
};

/// Connections, rate and requests are those of the whole load, of which `share` is this process's part.
struct LoadPlan {
  Endpoint target;
  Share share = {};
  std::size_t connections = 100;
  std::size_t threads = 1;       // of this process
  std::uint64_t depth = 1;       // requests in flight per connection
  std::optional<RatePlan> rate;  // unset: a closed loop

  /// When the measuring stops; with both, whichever comes first. At least one is set.
  std::optional<std::chrono::nanoseconds> duration;
  std::optional<std::uint64_t> requests;  // completed + failed
  std::optional<std::uint64_t> per_conn;  // exchanges, after which a connection is closed and reopened
  /// When the load begins, with its warm-up, by the machine's clock; unset: as soon as every connection was
  /// tried.
  std::optional<std::chrono::system_clock::time_point> start_at;
  std::chrono::nanoseconds warmup{};                           // run before measuring, thrown away
  std::chrono::nanoseconds timeout = std::chrono::seconds(5);  // to connect, and for each reply
  std::size_t connect_burst = 256;                             // handshakes in flight per thread
  std::vector<Endpoint> sources;  // local addresses, with port 0, in turn; empty: the kernel chooses

  ProtocolPlan protocol;
  bool keep_alive = true;  // false: a new connection for each request
  Verify verify = Verify::kFull;
  std::uint64_t seed = 1;  // of the pseudo-random payload and of where each connection starts in it
  std::optional<::pid_t> server_pid;  // a process tree whose CPU time is measured too
  bool latency = true;                // false: no time is taken of any request

  DriverKind driver = DriverKind::kAuto;
  SocketPlan sockets;
  std::optional<TlsClientOptions> tls;  // unset: in the clear
  bool busy_poll = false;               // threads spin instead of sleeping
  bool pin = false;                     // thread i on the i-th usable core

  /// Whether there is a server at the other end.
  bool has_network() const { return driver != DriverKind::kNull; }
  /// Of this process, as its share has it.
  std::size_t own_connections() const { return share.of(connections); }
  /// Requests that one connection carries at the most.
  std::uint64_t exchanges_per_connection() const { return keep_alive ? per_conn.value_or(UINT64_MAX) : 1; }
};

}  // namespace suite
