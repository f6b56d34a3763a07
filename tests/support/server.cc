#include "tests/support/server.h"

#include <algorithm>
#include <charconv>

#include "tests/support/process_stats.h"
#include "tests/support/socket_layer.h"

namespace suite::test {
namespace {

// "listening on 127.0.0.1:3900 (epoll, 1 worker)" -> its endpoint
std::optional<Endpoint> endpoint_in(std::string_view line) {
  constexpr std::string_view kBegin = "listening on ";
  const std::size_t begin = line.find(kBegin), end = line.rfind(" (");
  if (begin == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
  std::string_view address = line.substr(begin + kBegin.size(), end - begin - kBegin.size());
  std::uint16_t port = 0;
  if (!address.starts_with("unix:")) {
    const std::size_t colon = address.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
    address = address.substr(0, colon);
  }
  const auto found = resolve(address, port);
  return found ? std::optional(found->front()) : std::nullopt;
}

void signal_tree(::pid_t pid, int number) {
  send_signal(pid, number);
  for (const ::pid_t child : children_of(pid)) signal_tree(child, number);
}

bool tree_is_stopped(::pid_t pid) {
  if (!is_stopped(pid)) return false;
  for (const ::pid_t child : children_of(pid)) {
    if (!tree_is_stopped(child)) return false;
  }
  return true;
}

}  // namespace

Command serve_command(const ServerOptions& options) {
  Command command{.arguments = {SUITE_PROGRAM, options.verb, "--backend", options.backend, "--host",
                                options.host, "--port", "0"},
                  .environment = options.environment,
                  .descriptor_limit = options.descriptor_limit};
  command.arguments.insert(command.arguments.end(), options.flags.begin(), options.flags.end());
  return command;
}

Server::Server(const Command& command) : child_(command) {
  set_handshake_patience(HandshakePatience::kLong);
  if (const auto line = child_.wait_for_line("listening on ")) {
    ready_line_ = *line;
    endpoint_ = endpoint_in(*line);
    if (endpoint_ && std::ranges::find(command.arguments, "--tls-self-signed") != command.arguments.end())
      expect_tls(*endpoint_);
  }
}

void Server::freeze() const {
  set_handshake_patience(HandshakePatience::kBrief);
  signal_tree(pid(), SIGSTOP);
  eventually([this] { return tree_is_stopped(pid()); });
}

void Server::thaw() const {
  signal_tree(pid(), SIGCONT);
  set_handshake_patience(HandshakePatience::kLong);
}

std::optional<ExitStatus> Server::stop(std::chrono::nanoseconds patience) {
  ask_to_stop();
  return child_.wait(patience);
}

std::string Server::totals() const {
  const std::string& text = child_.errors();
  const std::size_t begin = text.rfind("served ");
  return begin == std::string::npos ? "" : text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace suite::test
