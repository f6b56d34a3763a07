#include "client/source_addresses.h"

#include <sys/socket.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "common/net/unique_fd.h"

namespace suite {
std::expected<std::vector<Endpoint>, std::string> parse_sources(std::string_view text) {
  std::vector<Endpoint> sources;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string address(text.substr(begin, end - begin));
    if (!is_address(address)) {
      return std::unexpected(fmt::format("'{}' is no address; give them as 127.0.0.2,127.0.0.3", address));
    }
    const auto resolved = resolve(address, 0);
    if (!resolved) return std::unexpected(fmt::format("'{}': {}", address, resolved.error().why));
    sources.push_back(resolved->front());
    begin = end + 1;
  }
  return sources;
}

std::expected<void, Error> check_sources(std::span<const Endpoint> sources, const Endpoint& target) {
  for (const Endpoint& source : sources) {
    const std::string what = fmt::format("connect from {}", source.host_and_zone());
    if (source.family() != target.family()) {
      return std::unexpected(Error{.what = what,
                                   .why = fmt::format("{} is of another family", target.to_string()),
                                   .advice = "give addresses that are both IPv4 or both IPv6"});
    }
    const UniqueFd fd(::socket(source.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (fd && ::bind(fd.get(), source.address(), source.length()) == 0) continue;
    Error error = system_error(what, errno);
    if (errno == EADDRNOTAVAIL) error.advice = "give an address of this machine";
    return std::unexpected(std::move(error));
  }
  return {};
}

}  // namespace suite
