// The flags that all servers share, and how a server speaks to its user: the ready line, the totals.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "cmd/cli/command_line.h"
#include "servers/backend.h"
#include "servers/run/serve_options.h"
#include "servers/session.h"

namespace suite {

class ServeFlags {
 public:
  struct Defaults {
    std::uint64_t port;
    std::optional<std::chrono::nanoseconds> idle_timeout;
  };
  explicit ServeFlags(Defaults defaults) : port_(defaults.port), idle_timeout_(defaults.idle_timeout) {}

  void declare(CommandLine& line);

  /// What the verb serves.
  struct Service {
    std::function<ServerProtocol(const ServeOptions&)> make_protocol;
    bool client_speaks_first = false;  // these as ServeOptions has them
    bool heeds_hangup = false;
    /// Called at each SIGHUP, before workers learn of it, by the process that started them. Returns what of
    /// it cannot be done, to be said once, whatever the number of workers.
    std::function<std::optional<std::string>()> on_hangup = nullptr;
  };
  /// Checks the flags, serves until told to stop, prints the totals. Returns the exit code.
  int serve(const CommandLine& line, const Service& service) const;

 private:
  CommandLine::Complaint check_max_connections(const Backend& backend) const;

  std::string backend_ = "epoll";
  std::string host_ = "127.0.0.1";
  std::uint64_t port_;
  std::uint64_t workers_ = 1;
  std::uint64_t backlog_ = 4096;
  std::optional<std::uint64_t> max_connections_;
  std::optional<std::chrono::nanoseconds> idle_timeout_;
  std::chrono::nanoseconds send_timeout_ = std::chrono::seconds(60);
  std::chrono::nanoseconds drain_ = std::chrono::seconds(5);
  bool busy_poll_ = false;
  bool pin_ = false;
  bool quiet_ = false;
};

}  // namespace suite
