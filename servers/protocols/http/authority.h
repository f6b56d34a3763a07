// The host and port of a request's target or Host field (RFC 3986 3.2), to the letter.
#pragma once

#include <optional>
#include <string_view>

namespace suite {

/// Views into the text that was split.
struct Authority {
  std::string_view host;                 // with the brackets of an IP literal; never empty
  std::optional<std::string_view> port;  // digits, maybe none; nothing where there is no colon
};

/// Nothing where `text` is no uri-host [ ":" port ] of an http URI: the host is a reg-name, an IPv4 address
/// or an IP literal in brackets (RFC 3986 3.2.2), without a user name (RFC 9110 4.2.4) or a zone, and not
/// empty
/// ("A recipient that processes such a URI reference MUST reject it as invalid", 4.2.1). Allocates nothing.
std::optional<Authority> parse_authority(std::string_view text);

/// The port's number; nothing where it is empty or none of TCP's (1 to 65535).
std::optional<unsigned> port_number(std::string_view digits);

}  // namespace suite
