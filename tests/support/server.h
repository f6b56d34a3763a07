// `suite serve-echo`, `suite serve-http` or a peer as a child process: started, addressed, frozen, stopped.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/net/endpoint.h"
#include "tests/support/child.h"

namespace suite::test {

struct ServerOptions {
  std::string verb = "serve-echo";
  std::string backend = "epoll";
  std::string host = "127.0.0.1";
  std::vector<std::string> flags = {};  // further ones
  std::vector<std::pair<std::string, std::string>> environment = {};
  std::optional<std::size_t> descriptor_limit = {};
};

/// The command line that starts it, on a free port.
Command serve_command(const ServerOptions& options);

/// Started, and ready when the constructor returns; running() is false where it did not get there.
class Server {
 public:
  explicit Server(const ServerOptions& options) : Server(serve_command(options)) {}
  /// Any program with the same ready line.
  explicit Server(const Command& command);

  bool running() const { return endpoint_.has_value(); }
  const Endpoint& endpoint() const { return *endpoint_; }
  const std::string& ready_line() const { return ready_line_; }
  Child& child() { return child_; }
  ::pid_t pid() const { return child_.pid(); }

  /// Stops every thread and process of it where it stands, so that what clients send stays in its queues.
  void freeze() const;
  void thaw() const;

  void ask_to_stop() const { child_.signal(SIGTERM); }
  /// SIGTERM, and waits for the end.
  std::optional<ExitStatus> stop(std::chrono::nanoseconds patience = kPatience);
  /// What it says of itself at its end: the line that begins with "served". Empty before.
  std::string totals() const;

 private:
  Child child_;
  std::string ready_line_;
  std::optional<Endpoint> endpoint_;
};

}  // namespace suite::test
