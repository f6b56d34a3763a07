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
constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttpUnix = "http+unix:";

std::expected<std::uint16_t, std::string> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (status != std::errc{} || end != text.data() + text.size() || port == 0) {
    return std::unexpected(fmt::format("'{}' is not a port from 1 to 65535", text));
  }
  return port;
}

// The same in any case of letters (RFC 3986 3.1).
bool has_scheme(std::string_view text, std::string_view scheme) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return std::ranges::equal(text.substr(0, scheme.size()), scheme, {}, lower);
}

std::expected<TargetName, std::string> parse_unix(std::string_view text) {
  const std::size_t path = text.size() - kUnix.size();
  if (path == 0 || path >= sizeof(sockaddr_un::sun_path)) {
    return std::unexpected("a unix socket's path has 1 to 107 bytes");
  }
  TargetName name;
  name.host = text;
  return name;
}

// HOST[:PORT], into `name`, which has the default port.
std::expected<TargetName, std::string> parse_host(TargetName name, std::string_view text) {
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

std::expected<TargetName, std::string> parse_http(std::string_view text) {
  const std::string_view host = text.substr(0, text.find_first_of("/?#"));
  auto path = parse_path(text.substr(host.size()));
  if (!path) return std::unexpected(path.error());
  if (host.contains('@')) {
    return std::unexpected("a user and password in a URL are not supported: give them with --header");
  }
  if (host.starts_with('[') != host.contains(']')) return std::unexpected("a bracket is missing");
  const bool plain = std::ranges::all_of(host, [](char c) {
    const bool alphanumeric = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
    return alphanumeric || std::string_view("-._~:[]%").contains(c);
  });
  if (!plain) return std::unexpected(fmt::format("'{}' is not a host", host));
  return parse_host({.port = 80, .protocol = Protocol::kHttp, .path = std::move(*path)}, host);
}

// PATH[:/path]; the first ":/" separates the two.
std::expected<TargetName, std::string> parse_http_unix(std::string_view text) {
  const std::size_t separator = text.find(":/");
  auto name = parse_unix(fmt::format("{}{}", kUnix, text.substr(0, separator)));
  if (!name) return name;
  auto path = parse_path(separator == std::string_view::npos ? "/" : text.substr(separator + 1));
  if (!path) return std::unexpected(path.error());
  name->protocol = Protocol::kHttp;
  name->path = std::move(*path);
  return name;
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
  std::string command = name.is_http() ? "suite serve-http" : "suite serve-echo";
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

std::string TargetName::url() const {
  if (!is_http()) return to_string();
  return is_unix() ? fmt::format("http+{}:{}", host, path) : fmt::format("http://{}{}", to_string(), path);
}

std::string TargetName::authority() const {
  if (is_unix()) return "localhost";
  std::string text = to_string();
  constexpr std::string_view kDefault = ":80";
  if (port == 80) text.resize(text.size() - kDefault.size());
  return text;
}

std::expected<std::string, std::string> parse_path(std::string_view text) {
  text = text.substr(0, text.find('#'));
  const bool visible = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
  if (!visible) {
    return std::unexpected(
        "a URL has no spaces, control characters or letters beyond ASCII: write them as %20");
  }
  return text.starts_with('/') ? std::string(text) : "/" + std::string(text);
}

std::expected<TargetName, std::string> parse_target(std::string_view text) {
  if (text.starts_with(kUnix)) return parse_unix(text);
  if (has_scheme(text, kHttp)) return parse_http(text.substr(kHttp.size()));
  if (has_scheme(text, kHttpUnix)) return parse_http_unix(text.substr(kHttpUnix.size()));
  if (has_scheme(text, "https://")) {
    return std::unexpected("https is not supported, only plain HTTP/1.1: give http://HOST:PORT/path");
  }
  if (text.starts_with(kTcp)) {
    text.remove_prefix(kTcp.size());
  } else if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    return std::unexpected(
        fmt::format("'{}' is not supported: give HOST:PORT, http://HOST:PORT/path, unix:PATH "
                    "or http+unix:PATH:/path",
                    text.substr(0, scheme)));
  }
  return parse_host({}, text);
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
