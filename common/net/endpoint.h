// Where a socket listens or connects to: an IPv4 or IPv6 address with its port, or a unix socket's path.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"

namespace suite {

/// A value: copied freely, valid for as long as it lives.
class Endpoint {
 public:
  Endpoint() = default;
  Endpoint(const sockaddr* address, socklen_t length);
  /// The path must fit sockaddr_un (107 bytes); resolve() checks it.
  static Endpoint unix_socket(std::string_view path);

  const sockaddr* address() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t length() const { return length_; }
  int family() const { return storage_.ss_family; }
  bool is_unix() const { return family() == AF_UNIX; }
  /// The IPv4 address that an IPv6 socket shows as ::ffff:a.b.c.d (RFC 4291 2.5.5.2); anything else as it is.
  Endpoint unmapped() const;
  /// A unix socket, or a loopback address: whoever is there is on this machine.
  bool is_local() const;
  /// 0 for a unix socket.
  std::uint16_t port() const;
  Endpoint with_port(std::uint16_t port) const;
  /// Empty unless is_unix().
  std::string path() const;
  /// "127.0.0.1", "::1"; empty for a unix socket.
  std::string host() const;
  /// The same with the zone of a link-local address: "fe80::1%eth0".
  std::string host_and_zone() const;
  /// "127.0.0.1:3900", "[::1]:3900", "[fe80::1%eth0]:3900", "unix:/run/echo.sock".
  std::string to_string() const;

 private:
  sockaddr_storage storage_{};
  socklen_t length_ = 0;
};

/// The address that the socket `fd` is bound to (getsockname(2)).
std::expected<Endpoint, Error> local_endpoint(int fd);

/// Whether it is an IPv6 address, without brackets; it may have a zone.
bool is_ipv6(std::string_view text);
/// The same, or an IPv4 address.
bool is_address(std::string_view text);

/// All addresses of `host` (an address, a name, or "unix:PATH") in the resolver's order, each with `port`.
/// Never empty. Blocks while a name is looked up.
std::expected<std::vector<Endpoint>, Error> resolve(std::string_view host, std::uint16_t port);

}  // namespace suite
