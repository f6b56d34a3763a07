#include "client/target.h"

#include <sys/un.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "common/http/scan.h"

namespace suite {
namespace {

constexpr std::string_view kTcp = "tcp://";
constexpr std::string_view kUnix = "unix:";
constexpr std::string_view kTls = "tls://";
constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";
constexpr std::string_view kHttpUnix = "http+unix:";

using Wrong = std::unexpected<std::string>;

enum class Security : bool { kInTheClear, kEncrypted };

/// What an authority is a part of.
enum class Form : std::uint8_t {
  kUrl,   // an empty port is the default (RFC 9110 4.2.1), and IPv6 addresses have brackets (RFC 3986 3.2.2)
  kBare,  // HOST:PORT
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

// The same in any case of letters (RFC 3986 3.1).
bool has_scheme(std::string_view text, std::string_view scheme) {
  return std::ranges::equal(text.substr(0, scheme.size()), scheme, {}, lower);
}

std::expected<std::uint16_t, std::string> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (status != std::errc{} || end != text.data() + text.size() || port == 0) {
    return Wrong(fmt::format("'{}' is not a port from 1 to 65535", text));
  }
  return port;
}

// --- Hosts ----------------------------------------------------------------------------------------------

// A name or an IPv4 address.
std::expected<std::string, std::string> parse_name(std::string_view text) {
  if (text.empty()) return Wrong("the host is missing: give HOST:PORT or unix:PATH");
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    return Wrong(fmt::format("'{}' has letters beyond ASCII: write the name as DNS has it, xn--...", text));
  }
  const bool plain = std::ranges::all_of(text, [](char c) {
    return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || std::string_view("-._~").contains(c);
  });
  if (!plain) return Wrong(fmt::format("'{}' is not a host", text));
  if (parse_port(text)) return Wrong(fmt::format("'{0}' is a port without a host: give 127.0.0.1:{0}", text));
  return std::string(text);
}

// An address with or without its zone, which a URL may have with its percent sign encoded (RFC 6874).
std::expected<std::string, std::string> parse_ipv6(std::string_view text, Form form) {
  const std::string_view address = text.substr(0, text.find('%'));
  if (!is_ipv6(address))
    return Wrong(fmt::format("'{}' is no IPv6 address, which brackets are for", address));
  if (address.size() == text.size()) return std::string(text);
  std::string_view zone = text.substr(address.size() + 1);
  if (form == Form::kUrl && zone.starts_with("25")) zone.remove_prefix(2);
  if (zone.empty() || !std::ranges::all_of(zone, is_visible_byte)) {
    return Wrong(fmt::format("'{}' names no network interface: give [{}%eth0]", text, address));
  }
  return fmt::format("{}%{}", address, zone);
}

/// An authority, cut in two.
struct HostAndPort {
  std::string host;
  std::string_view port;  // with its colon; empty where there is none
};

std::expected<HostAndPort, std::string> with_port(std::expected<std::string, std::string> host,
                                                  std::string_view port) {
  if (!host) return Wrong(std::move(host.error()));
  return HostAndPort{.host = std::move(*host), .port = port};
}

std::expected<HostAndPort, std::string> parse_brackets(std::string_view text, Form form) {
  const std::size_t bracket = text.find(']');
  if (bracket == std::string_view::npos) return Wrong("a bracket is missing");
  const std::string_view rest = text.substr(bracket + 1);
  if (!rest.empty() && rest[0] != ':') {
    return Wrong(fmt::format("'{}' does not belong behind the bracket", rest));
  }
  return with_port(parse_ipv6(text.substr(1, bracket - 1), form), rest);
}

// Several colons and no brackets: an IPv6 address, unless its end may be a port.
std::expected<HostAndPort, std::string> parse_colons(std::string_view text, Form form) {
  const std::string_view before = text.substr(0, text.rfind(':')), after = text.substr(before.size() + 1);
  const bool has_port = is_ipv6(before) && parse_port(after);
  const bool is_whole = is_ipv6(text);
  if (!has_port && !is_whole) return Wrong(fmt::format("'{}' has more than one colon: give HOST:PORT", text));
  if (!has_port && form == Form::kBare) {
    return with_port(parse_ipv6(text, form), "");
  }
  constexpr std::string_view kAdvice = "an IPv6 address stands in brackets: give";
  if (!has_port) return Wrong(fmt::format("{} [{}]", kAdvice, text));
  if (!is_whole) return Wrong(fmt::format("{} [{}]:{}", kAdvice, before, after));
  return Wrong(fmt::format("{0} [{1}]:{2}, or [{1}:{2}] where that is the address", kAdvice, before, after));
}

std::expected<HostAndPort, std::string> parse_host_and_port(std::string_view text, Form form) {
  if (text.contains('@'))
    return Wrong("a user and password are not supported: give --header 'Authorization: ...'");
  if (text.starts_with('[')) return parse_brackets(text, form);
  if (text.contains(']')) return Wrong("a bracket is missing");
  const std::size_t colon = std::min(text.find(':'), text.size());
  if (text.find(':', colon + 1) != std::string_view::npos) return parse_colons(text, form);
  return with_port(parse_name(text.substr(0, colon)), text.substr(colon));
}

// HOST[:PORT], into `name`, which has the default port.
std::expected<TargetName, std::string> parse_authority(TargetName name, std::string_view text, Form form) {
  auto parts = parse_host_and_port(text, form);
  if (!parts) return Wrong(std::move(parts.error()));
  name.host = std::move(parts->host);
  if (parts->port.empty() || (parts->port == ":" && form == Form::kUrl)) return name;
  if (parts->port == ":") return Wrong("the port is missing behind the colon");
  const auto port = parse_port(parts->port.substr(1));
  if (!port) return Wrong(port.error());
  name.port = *port;
  return name;
}

// --- Targets --------------------------------------------------------------------------------------------

std::expected<TargetName, std::string> parse_unix(std::string_view path) {
  if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path)) {
    return Wrong("a unix socket's path has 1 to 107 bytes");
  }
  TargetName name;
  name.host = fmt::format("{}{}", kUnix, path);
  return name;
}

std::expected<TargetName, std::string> parse_http(std::string_view text, Security security) {
  const std::string_view authority = text.substr(0, text.find_first_of("/?#"));
  if (authority == kUnix) return Wrong("HTTP over a unix socket is written http+unix:PATH:/path");
  auto path = parse_path(text.substr(authority.size()));
  if (!path) return Wrong(path.error());
  return parse_authority({.port = security == Security::kEncrypted ? std::uint16_t{443} : std::uint16_t{80},
                          .protocol = Protocol::kHttp,
                          .path = std::move(*path),
                          .tls = security == Security::kEncrypted},
                         authority, Form::kUrl);
}

// PATH[:/path]; the first ":/" separates the two.
std::expected<TargetName, std::string> parse_http_unix(std::string_view text) {
  if (has_scheme(text, "//%2f")) return Wrong("the socket's path is not encoded: give http+unix:PATH:/path");
  const std::size_t separator = text.find(":/");
  auto name = parse_unix(text.substr(0, separator));
  if (!name) return name;
  auto path = parse_path(separator == std::string_view::npos ? "/" : text.substr(separator + 1));
  if (!path) return Wrong(path.error());
  name->protocol = Protocol::kHttp;
  name->path = std::move(*path);
  return name;
}

std::expected<TargetName, std::string> parse_tcp(std::string_view text, Security security) {
  const bool tls = security == Security::kEncrypted;
  const bool is_socket = has_scheme(text, kUnix) && !parse_port(text.substr(kUnix.size()));
  if (tls && is_socket) return Wrong("there is no TLS over a unix socket here: give unix:PATH");
  const std::string_view authority = text.substr(0, text.find_first_of("/?#"));
  if (authority.size() != text.size()) {
    return Wrong(fmt::format("{0} has no path: give {0}://{1}, or {2}://{3}", tls ? "tls" : "tcp", authority,
                             tls ? "https" : "http", text));
  }
  return parse_authority({.tls = tls}, text, Form::kUrl);
}

// What else a text is that is no HOST:PORT; nothing where it may be one.
std::optional<std::string> slip_in(std::string_view text) {
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    return fmt::format(
        "'{}' is not supported: give HOST:PORT, tls://HOST:PORT, http[s]://HOST:PORT/path, unix:PATH or "
        "http+unix:PATH:/path",
        text.substr(0, scheme));
  }
  for (const std::string_view scheme : {kHttp, kHttps, kTcp, kTls}) {
    const std::string_view name = scheme.substr(0, scheme.size() - 2);  // with its colon
    if (!has_scheme(text, name)) continue;
    std::string_view rest = text.substr(name.size());
    rest.remove_prefix(std::min(rest.find_first_not_of("/\\"), rest.size()));
    return fmt::format("'{}' and two slashes begin a URL: give {}{}", name, scheme,
                       rest.empty() ? "HOST" : rest);
  }
  if (text.starts_with("//")) return fmt::format("the scheme is missing: give http:{}", text);
  if (text.starts_with('/') || text.starts_with("./") || text.starts_with("../")) {
    return fmt::format("a unix socket is written unix:{0}, or http+unix:{0}:/path", text);
  }
  if (text.find_first_of("/?#") == std::string_view::npos) return std::nullopt;
  return fmt::format("a path makes it a URL: give http://{}", text);
}

}  // namespace

bool is_same_host(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::expected<std::string, std::string> parse_path(std::string_view text) {
  text = text.substr(0, text.find('#'));
  const bool visible = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
  if (!visible) {
    return Wrong("a URL has no spaces, control characters or letters beyond ASCII: write them as %20");
  }
  return text.starts_with('/') ? std::string(text) : "/" + std::string(text);
}

std::expected<std::string, std::string> parse_host(std::string_view text) {
  if (has_scheme(text, kUnix)) {
    auto name = parse_unix(text.substr(kUnix.size()));
    if (!name) return Wrong(std::move(name.error()));
    return std::move(name->host);
  }
  if (text.contains('/')) return Wrong("it is no host: give a URL as TARGET");
  if (is_ipv6(text)) return parse_ipv6(text, Form::kBare);
  const auto parts = parse_host_and_port(text, Form::kBare);
  if (!parts) return Wrong(parts.error());
  if (!parts->port.empty()) return Wrong(fmt::format("the port is given with --port: give {}", parts->host));
  return parts->host;
}

std::expected<TargetName, std::string> parse_target(std::string_view text) {
  if (has_scheme(text, kUnix)) return parse_unix(text.substr(kUnix.size()));
  text = trimmed(text);
  if (has_scheme(text, kHttp)) return parse_http(text.substr(kHttp.size()), Security::kInTheClear);
  if (has_scheme(text, kHttps)) return parse_http(text.substr(kHttps.size()), Security::kEncrypted);
  if (has_scheme(text, kHttpUnix)) return parse_http_unix(text.substr(kHttpUnix.size()));
  if (has_scheme(text, kTcp)) return parse_tcp(text.substr(kTcp.size()), Security::kInTheClear);
  if (has_scheme(text, kTls)) return parse_tcp(text.substr(kTls.size()), Security::kEncrypted);
  if (auto slip = slip_in(text)) return Wrong(std::move(*slip));
  return parse_authority({}, text, Form::kBare);
}

}  // namespace suite
