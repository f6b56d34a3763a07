// What one run of the load generator is to do: values only, complete before anything is opened.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/http/status_set.h"
#include "common/net/endpoint.h"

namespace suite {

/// How closely replies are looked at.
enum class Verify {
  kFull,    // every byte is compared
  kLength,  // bytes are counted; one more than was asked for is a mismatch
  kNone,    // bytes are counted; what nobody asked for is ignored
};

/// The bytes of an echo request.
struct PayloadPlan {
  /// Sent as it is, again and again. Empty: `size` bytes of a pseudo-random stream instead, so that no
  /// request equals its neighbours.
  std::string text;
  std::size_t size = 0;  // bytes of one request; text.size() where there is a text
};

/// What makes a load one of HTTP.
struct HttpPlan {
  std::vector<std::string> requests;  // whole, as they are sent; taken in turn over all connections
  bool to_head = false;               // their method is HEAD: answers have no content
  bool keep_alive = true;             // false: a new connection for each request
  StatusSet ok = statuses(100, 399);  // no error
};

struct LoadPlan {
  Endpoint target;
  std::size_t connections = 100;
  std::size_t threads = 1;
  std::uint64_t depth = 1;  // requests in flight per connection

  /// When the measuring stops; with both, whichever comes first. At least one is set.
  std::optional<std::chrono::nanoseconds> duration;
  std::optional<std::uint64_t> requests;  // completed + failed
  std::optional<std::uint64_t> per_conn;  // exchanges, after which a connection is closed and reopened
  std::chrono::nanoseconds warmup{};      // run before measuring, thrown away
  std::chrono::nanoseconds timeout = std::chrono::seconds(5);  // to connect, and for each reply
  std::size_t connect_burst = 256;                             // handshakes in flight per thread
  std::vector<Endpoint> sources;  // local addresses, with port 0, in turn; empty: the kernel chooses

  PayloadPlan payload;           // of an echo
  std::optional<HttpPlan> http;  // instead of an echo
  Verify verify = Verify::kFull;
  std::uint64_t seed = 1;  // of the pseudo-random payload and of where each connection starts in it
  std::optional<::pid_t> server_pid;  // a process tree whose CPU time is measured too

  /// Requests that one connection carries at the most.
  std::uint64_t exchanges_per_connection() const {
    return http && !http->keep_alive ? 1 : per_conn.value_or(UINT64_MAX);
  }
};

}  // namespace suite
