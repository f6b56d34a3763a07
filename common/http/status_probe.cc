#include "common/http/status_probe.h"

#include <poll.h>
#include <sys/socket.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "common/net/probe.h"

namespace suite {
namespace {

using std::chrono::steady_clock;

constexpr std::string_view kShortest = "HTTP/1.1 200";

bool wait_for(int fd, short events, steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
  pollfd wait{.fd = fd, .events = events, .revents = 0};
  return ::poll(&wait, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0))) == 1;
}

}  // namespace

std::optional<int> status_in(std::string_view response) {
  if (response.size() < kShortest.size() || !response.starts_with("HTTP/1.") || response[8] != ' ') {
    return std::nullopt;
  }
  int status = 0;
  const std::string_view digits = response.substr(9, 3);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), status);
  const bool whole = error == std::errc() && end == digits.data() + digits.size() && status >= 100;
  return whole ? std::optional(status) : std::nullopt;
}

std::optional<int> status_of(const Endpoint& endpoint, std::string_view path,
                             std::chrono::milliseconds patience) {
  const auto deadline = steady_clock::now() + patience;
  const UniqueFd fd = connect_within(endpoint, patience);
  if (!fd) return std::nullopt;
  const std::string request =
      fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", path, endpoint.to_string());
  // A new connection has room for a request of this size.
  if (::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    return std::nullopt;
  }
  std::string response;
  while (response.size() < kShortest.size() && wait_for(fd.get(), POLLIN, deadline)) {
    std::array<char, 512> buffer;
    const ssize_t count = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
    if (count <= 0) break;
    response.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return status_in(response);
}

}  // namespace suite
