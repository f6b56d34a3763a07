#include "common/net/endpoint.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>

namespace suite {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";

// sockaddr_storage may be read as the family's own type (sys_socket.h(0P)).
template <class Address>
const Address& as(const sockaddr_storage& storage) {
  return reinterpret_cast<const Address&>(storage);
}

// Why an address with a zone could not be found: glibc calls it an unknown name.
std::optional<Error> wrong_zone(const std::string& host) {
  const std::size_t percent = host.find('%');
  if (percent == std::string::npos) return std::nullopt;
  const std::string address = host.substr(0, percent), zone = host.substr(percent + 1);
  if (::if_nametoindex(zone.c_str()) == 0) {
    return Error{.what = fmt::format("find the host '{}'", host),
                 .why = fmt::format("there is no network interface '{}'", zone),
                 .advice = "'ip -brief link' lists them"};
  }
  return Error{.what = fmt::format("find the host '{}'", host),
               .why = "only a link-local address (fe80::...) goes with an interface",
               .advice = fmt::format("give {}", address)};
}

Error cannot_resolve(std::string_view host, std::string why, std::string advice) {
  return {
      .what = fmt::format("find the host '{}'", host), .why = std::move(why), .advice = std::move(advice)};
}

}  // namespace

Endpoint::Endpoint(const sockaddr* address, socklen_t length) : length_(length) {
  std::memcpy(&storage_, address, length);
}

Endpoint Endpoint::unix_socket(std::string_view path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return {reinterpret_cast<const sockaddr*>(&address),
          static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1)};
}

std::uint16_t Endpoint::port() const {
  if (family() == AF_INET) return ntohs(as<sockaddr_in>(storage_).sin_port);
  if (family() == AF_INET6) return ntohs(as<sockaddr_in6>(storage_).sin6_port);
  return 0;
}

Endpoint Endpoint::with_port(std::uint16_t port) const {
  Endpoint other = *this;
  if (family() == AF_INET) reinterpret_cast<sockaddr_in&>(other.storage_).sin_port = htons(port);
  if (family() == AF_INET6) reinterpret_cast<sockaddr_in6&>(other.storage_).sin6_port = htons(port);
  return other;
}

std::string Endpoint::path() const {
  if (!is_unix() || length_ <= offsetof(sockaddr_un, sun_path)) return {};
  return as<sockaddr_un>(storage_).sun_path;
}

Endpoint Endpoint::unmapped() const {
  if (family() != AF_INET6) return *this;
  const auto& mapped = as<sockaddr_in6>(storage_);
  if (!IN6_IS_ADDR_V4MAPPED(&mapped.sin6_addr)) return *this;
  sockaddr_in plain{};
  plain.sin_family = AF_INET;
  plain.sin_port = mapped.sin6_port;
  std::memcpy(&plain.sin_addr, &mapped.sin6_addr.s6_addr[12], sizeof plain.sin_addr);
  return {reinterpret_cast<const sockaddr*>(&plain), sizeof plain};
}

bool Endpoint::is_local() const {
  if (const Endpoint plain = unmapped(); plain.family() != family()) return plain.is_local();
  if (family() == AF_INET) return (ntohl(as<sockaddr_in>(storage_).sin_addr.s_addr) >> 24) == IN_LOOPBACKNET;
  if (family() == AF_INET6) return IN6_IS_ADDR_LOOPBACK(&as<sockaddr_in6>(storage_).sin6_addr);
  return is_unix();
}

std::string Endpoint::host() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (family() == AF_INET) {
    ::inet_ntop(AF_INET, &as<sockaddr_in>(storage_).sin_addr, text.data(), text.size());
  } else if (family() == AF_INET6) {
    ::inet_ntop(AF_INET6, &as<sockaddr_in6>(storage_).sin6_addr, text.data(), text.size());
  }
  return text.data();
}

std::string Endpoint::host_and_zone() const {
  const std::uint32_t zone = family() == AF_INET6 ? as<sockaddr_in6>(storage_).sin6_scope_id : 0;
  if (zone == 0) return host();
  std::array<char, IF_NAMESIZE> name{};
  const bool named = ::if_indextoname(zone, name.data()) != nullptr;
  return fmt::format("{}%{}", host(), named ? name.data() : std::to_string(zone));
}

std::string Endpoint::to_string() const {
  switch (family()) {
    case AF_INET:
      return fmt::format("{}:{}", host(), port());
    case AF_INET6:
      return fmt::format("[{}]:{}", host_and_zone(), port());
    case AF_UNIX:
      return fmt::format("unix:{}", path());
    default:
      return "(no address)";
  }
}

std::expected<Endpoint, Error> local_endpoint(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length) != 0) {
    return std::unexpected(system_error("read a socket's own address", errno));
  }
  return Endpoint(reinterpret_cast<const sockaddr*>(&storage), length);
}

bool is_ipv6(std::string_view text) {
  in6_addr bytes;
  return ::inet_pton(AF_INET6, std::string(text.substr(0, text.find('%'))).c_str(), &bytes) == 1;
}

bool is_address(std::string_view text) {
  in_addr bytes;
  return is_ipv6(text) || ::inet_pton(AF_INET, std::string(text).c_str(), &bytes) == 1;
}

std::expected<std::vector<Endpoint>, Error> resolve(std::string_view host, std::uint16_t port) {
  if (host.starts_with(kUnixPrefix)) {
    const std::string_view path = host.substr(kUnixPrefix.size());
    if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path)) {
      return std::unexpected(cannot_resolve(host, "a unix socket's path has 1 to 107 bytes",
                                            "use a shorter path, for example under /tmp"));
    }
    return std::vector{Endpoint::unix_socket(path)};
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);

  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string name(host);
  const int status = ::getaddrinfo(name.c_str(), std::to_string(port).c_str(), &hints, &found);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  if (status != 0) {
    if (auto wrong = wrong_zone(name)) return std::unexpected(std::move(*wrong));
    return std::unexpected(cannot_resolve(
        host, status == EAI_SYSTEM ? std::string(std::strerror(errno)) : ::gai_strerror(status),
        "give an address such as 127.0.0.1 or ::1, or a name that this machine can resolve"));
  }
  std::vector<Endpoint> endpoints;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    endpoints.emplace_back(each->ai_addr, each->ai_addrlen);
  }
  return endpoints;
}

}  // namespace suite
