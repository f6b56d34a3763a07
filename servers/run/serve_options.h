// What a server is asked to be.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "common/net/endpoint.h"

namespace suite {

struct ServeOptions {
  Endpoint endpoint;  // port 0: a free one
  std::size_t workers = 1;
  int backlog = 4096;
  std::optional<std::size_t> max_connections;  // of all workers together; nothing: what descriptors allow
  std::optional<std::chrono::nanoseconds> idle_timeout;
  std::chrono::nanoseconds send_timeout = std::chrono::seconds(60);
  std::chrono::nanoseconds drain = std::chrono::seconds(5);
  bool busy_poll = false;
  bool pin = false;  // worker i on the i-th usable core
  /// Connections need not be accepted before they have sent something; see listener_options().
  bool client_speaks_first = false;
  bool heed_hangup = false;  // SIGHUP counts WorkerContext::hangups up rather than ending the server
};

}  // namespace suite
