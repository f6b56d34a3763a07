// The flags that all servers share.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cmd/cli/option.h"
#include "cmd/serve/tls_options.h"

namespace suite {

struct ServeFlags {
  std::string backend = "epoll";  // of the registry
  std::string host = "127.0.0.1";
  std::uint64_t port = 3900;
  std::uint64_t workers = 1;
  std::uint64_t backlog = 4096;
  std::optional<std::uint64_t> max_connections = {};
  std::optional<std::chrono::nanoseconds> idle_timeout = {};
  std::chrono::nanoseconds send_timeout = std::chrono::seconds(60);
  std::chrono::nanoseconds drain = std::chrono::seconds(5);
  bool busy_poll = false;
  bool pin = false;
  bool quiet = false;
  TlsFlags tls = {};
};

std::vector<OptionGroup> serve_groups(ServeFlags& flags);

OptionTable serve_echo_table(ServeFlags& flags);

/// What the backend cannot honour.
Complaint check_serve_flags(const ServeFlags& flags);

}  // namespace suite
