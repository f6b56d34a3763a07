// What the load is sent to: as a user names it, and as the address that answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"
#include "common/net/endpoint.h"
#include "common/net/event_fd.h"

namespace suite {

enum class Protocol : std::uint8_t { kEcho, kHttp };

struct TargetName {
  std::string host = "127.0.0.1";  // an address ("::1", "fe80::1%eth0"), a name, or "unix:PATH"
  std::uint16_t port = 3900;       // without meaning for a unix socket
  Protocol protocol = Protocol::kEcho;
  std::string path = {};                 // of HTTP: begins with a slash, with the query, without the fragment
  bool tls = false;                      // https://, tls://
  std::vector<Endpoint> addresses = {};  // to connect to; empty: as the resolver knows the host

  bool is_unix() const { return host.starts_with("unix:"); }
  bool is_http() const { return protocol == Protocol::kHttp; }
  /// Where to connect to: "127.0.0.1:3900", "[::1]:3900", "unix:/run/echo.sock".
  std::string to_string() const;
  /// As a user would give it: to_string(), "tls://127.0.0.1:3900", or for HTTP "http://127.0.0.1:8080/x",
  /// "https://127.0.0.1:8443/x" and "http+unix:/run/http.sock:/x".
  std::string url() const;
  /// What the Host of an HTTP request says (RFC 9110 7.2): the port only where it is not the scheme's, never
  /// a zone, which means something on this machine only (RFC 6874 1); "localhost" for a unix socket.
  std::string authority() const;
};

/// Reads "[tcp://]HOST:PORT", "[tcp://]HOST", "tls://HOST[:PORT]", "unix:PATH",
/// "http[s]://HOST[:PORT][/path]" or "http+unix:PATH[:/path]"; an IPv6 address stands in brackets, its zone
/// with "%" or "%25". What is wrong otherwise and what to write instead, to be read on after the text itself.
std::expected<TargetName, std::string> parse_target(std::string_view text);

/// A host without a port: an address, with or without brackets, a name, or unix:PATH. What is wrong
/// otherwise.
std::expected<std::string, std::string> parse_host(std::string_view text);

/// Whether both name the same host: case does not count in names (RFC 9110 4.2.3).
bool is_same_host(std::string_view a, std::string_view b);

/// Whether both are the same protocol, with TLS or without, at the same host and port.
bool is_same_server(const TargetName& a, const TargetName& b);

/// A request's target (RFC 9112 3.2.1) from the part of a URL behind the host: with its slash, without the
/// fragment. What is wrong otherwise.
std::expected<std::string, std::string> parse_path(std::string_view text);

/// The first of the name's addresses, in the resolver's order, that accepts a connection. One connection is
/// made to each until one does, and closed at once; `timeout` is for each. Blocks; ends early, with an Error,
/// when `interrupt` is set.
std::expected<Endpoint, Error> find_listener(const TargetName& name, std::chrono::nanoseconds timeout,
                                             const EventFd& interrupt);

}  // namespace suite
