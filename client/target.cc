#include "client/target.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include "common/net/unique_fd.h"

namespace suite {
namespace {

constexpr std::string_view kTcp = "tcp://";
constexpr std::string_view kUnix = "unix:";

std::expected<std::uint16_t, std::string> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (status != std::errc{} || end != text.data() + text.size() || port == 0) {
    return std::unexpected(fmt::format("'{}' is not a port from 1 to 65535", text));
  }
  return port;
}

// 0 when connected, otherwise why not, as errno.
int try_connect(const Endpoint& endpoint, std::chrono::nanoseconds timeout, const EventFd& interrupt) {
  const UniqueFd fd(::socket(endpoint.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return errno;
  if (::connect(fd.get(), endpoint.address(), endpoint.length()) == 0) return 0;
  // A unix socket whose queue is full has a listener.
  if (errno == EAGAIN && endpoint.is_unix()) return 0;
  if (errno != EINPROGRESS) return errno;
  std::array<pollfd, 2> waiting{pollfd{.fd = fd.get(), .events = POLLOUT, .revents = 0},
                                pollfd{.fd = interrupt.fd(), .events = POLLIN, .revents = 0}};
  const auto limit = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
  const int ready =
      ::poll(waiting.data(), waiting.size(), static_cast<int>(std::min<std::int64_t>(limit, INT32_MAX)));
  if (waiting[1].revents != 0) return EINTR;
  if (ready <= 0) return ETIMEDOUT;
  int error = 0;
  socklen_t length = sizeof error;
  return ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

std::string serve_command(const TargetName& name) {
  std::string command = "suite serve-echo";
  const bool default_host = name.host == "127.0.0.1" || name.host == "localhost";
  if (!default_host) command += " --host " + name.host;
  if (!name.is_unix()) command += fmt::format(" --port {}", name.port);
  return command;
}

Error nobody_listens(const TargetName& name, int error_number) {
  std::string advice;
  if (error_number == ECONNREFUSED || error_number == ENOENT) {
    advice = "nobody listens there; start a server with: " + serve_command(name);
  } else if (error_number == ETIMEDOUT) {
    advice = "no answer: is the address right, or a firewall in between?";
  }
  return system_error("connect to " + name.to_string(), error_number, std::move(advice));
}

}  // namespace

std::string TargetName::to_string() const {
  if (is_unix()) return host;
  const bool bare_ipv6 = host.contains(':') && !host.starts_with('[');
  return fmt::format(fmt::runtime(bare_ipv6 ? "[{}]:{}" : "{}:{}"), host, port);
}

std::expected<TargetName, std::string> parse_target(std::string_view text) {
  TargetName name;
  if (text.starts_with(kUnix)) {
    const std::size_t path = text.size() - kUnix.size();
    if (path == 0 || path >= sizeof(sockaddr_un::sun_path)) {
      return std::unexpected("a unix socket's path has 1 to 107 bytes");
    }
    name.host = text;
    return name;
  }
  if (text.starts_with(kTcp)) {
    text.remove_prefix(kTcp.size());
  } else if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    return std::unexpected(fmt::format(
        "this version speaks TCP echo only, not {}: give HOST:PORT or unix:PATH", text.substr(0, scheme)));
  } else if (text.starts_with("http+unix:")) {
    return std::unexpected("this version speaks TCP echo only, not http: give HOST:PORT or unix:PATH");
  }
  const std::size_t colon = text.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (text.find(':') == colon || (colon > 0 && text[colon - 1] == ']'));
  name.host = has_port ? text.substr(0, colon) : text;
  if (name.host.empty()) return std::unexpected("the host is missing: give HOST:PORT or unix:PATH");
  if (!has_port) return name;
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return std::unexpected(port.error());
  name.port = *port;
  return name;
}

std::expected<Endpoint, Error> find_listener(const TargetName& name, std::chrono::nanoseconds timeout,
                                             const EventFd& interrupt) {
  const auto endpoints = resolve(name.host, name.port);
  if (!endpoints) return std::unexpected(endpoints.error());
  int error = ECONNREFUSED;
  for (const Endpoint& endpoint : *endpoints) {
    error = try_connect(endpoint, timeout, interrupt);
    if (error == 0) return endpoint;
    if (error == EINTR) break;
  }
  return std::unexpected(nobody_listens(name, error));
}

}  // namespace suite
