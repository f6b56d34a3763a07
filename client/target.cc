#include "client/target.h"

#include <poll.h>
#include <sys/socket.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "common/net/unique_fd.h"

namespace suite {
namespace {

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
  if (name.tls) command += " --tls-self-signed";
  return command;
}

Error nobody_listens(const TargetName& name, int error_number) {
  std::string advice;
  std::string what = "connect to " + name.to_string();
  TargetName tried = name;
  if (!name.addresses.empty()) {
    tried.host = name.addresses.front().host_and_zone();
    what += " at " + tried.host;
    if (name.addresses.size() > 1) what += fmt::format(" and {} more", name.addresses.size() - 1);
  }
  if (error_number == ECONNREFUSED || error_number == ENOENT) {
    advice = "nobody listens there; start a server with: " + serve_command(tried);
  } else if (error_number == ETIMEDOUT) {
    advice =
        "no answer: is the address right, is a firewall in between, or is the server's listen queue full?";
  } else if (error_number == EINVAL && name.host.starts_with("fe80:") && !name.host.contains('%')) {
    advice = fmt::format("a link-local address goes with its network interface: [{}%eth0]", name.host);
  }
  return system_error(std::move(what), error_number, std::move(advice));
}

// "http:3900" would be read as a URL whose slashes are missing, "unix:3900" as a socket.
bool reads_as_scheme(std::string_view host) {
  constexpr std::array<std::string_view, 5> kSchemes{"tcp", "tls", "http", "https", "unix"};
  return std::ranges::any_of(kSchemes, [&](std::string_view scheme) { return is_same_host(scheme, host); });
}

}  // namespace

std::string TargetName::to_string() const {
  if (is_unix()) return host;
  return fmt::format(fmt::runtime(host.contains(':') ? "[{}]:{}" : "{}:{}"), host, port);
}

std::string TargetName::url() const {
  if (!is_http()) return (tls ? "tls://" : reads_as_scheme(host) ? "tcp://" : "") + to_string();
  if (is_unix()) return fmt::format("http+{}:{}", host, path);
  std::string where = to_string();
  if (const std::size_t zone = where.find('%'); zone != std::string::npos) where.insert(zone + 1, "25");
  return fmt::format("{}://{}{}", tls ? "https" : "http", where, path);
}

std::string TargetName::authority() const {
  if (is_unix()) return "localhost";
  TargetName named = *this;
  if (const std::size_t zone = host.find('%'); zone != std::string::npos) named.host.resize(zone);
  std::string text = named.to_string();
  const std::string_view usual = tls ? ":443" : ":80";  // RFC 9110 4.2.1, 4.2.2
  if (text.ends_with(usual)) text.resize(text.size() - usual.size());
  return text;
}

bool is_same_server(const TargetName& a, const TargetName& b) {
  return a.protocol == b.protocol && a.tls == b.tls && is_same_host(a.host, b.host) &&
         (a.port == b.port || a.is_unix());
}

std::expected<Endpoint, Error> find_listener(const TargetName& name, std::chrono::nanoseconds timeout,
                                             const EventFd& interrupt) {
  auto endpoints = name.addresses;
  if (endpoints.empty()) {
    auto resolved = resolve(name.host, name.port);
    if (!resolved) return std::unexpected(resolved.error());
    endpoints = std::move(*resolved);
  }
  int error = ECONNREFUSED;
  for (const Endpoint& endpoint : endpoints) {
    error = try_connect(endpoint, timeout, interrupt);
    if (error == 0) return endpoint;
    if (error == EINTR) break;
  }
  return std::unexpected(nobody_listens(name, error));
}

}  // namespace suite
