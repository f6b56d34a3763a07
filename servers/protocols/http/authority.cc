#include "servers/protocols/http/authority.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "common/http/scan.h"

namespace suite {
namespace {

// unreserved and sub-delims (RFC 3986 2.2 and 2.3).
constexpr std::array<bool, 256> kHostBytes = [] {
  std::array<bool, 256> is{};
  for (const char c : std::string_view("-._~!$&'()*+,;=")) is[static_cast<unsigned char>(c)] = true;
  for (unsigned c = '0'; c <= '9'; ++c) is[c] = true;
  for (unsigned c = 'a'; c <= 'z'; ++c) is[c] = is[c - 'a' + 'A'] = true;
  return is;
}();

bool is_host_byte(char c) { return kHostBytes[static_cast<unsigned char>(c)]; }

bool is_hex_digit(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return is_digit(c) || (lower >= 'a' && lower <= 'f');
}

// *( unreserved / pct-encoded / sub-delims ), which dotted IPv4 addresses are, too.
bool is_reg_name(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_host_byte(text[i])) continue;
    const bool encoded =
        text[i] == '%' && text.size() - i > 2 && is_hex_digit(text[i + 1]) && is_hex_digit(text[i + 2]);
    if (!encoded) return false;
    i += 2;
  }
  return true;
}

// inet_pton(3) knows the grammar of RFC 3986 and nothing else: no zone, no leading zeros in the IPv4 part.
bool is_ipv6_address(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size()) return false;
  std::ranges::copy(text, terminated.begin());
  in6_addr address;
  return ::inet_pton(AF_INET6, terminated.data(), &address) == 1;
}

// "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
bool is_address_of_the_future(std::string_view text) {
  if (text.empty() || (text[0] != 'v' && text[0] != 'V')) return false;
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot < 2 || dot + 1 == text.size()) return false;
  return std::ranges::all_of(text.substr(1, dot - 1), is_hex_digit) &&
         std::ranges::all_of(text.substr(dot + 1), [](char c) { return is_host_byte(c) || c == ':'; });
}

// The size of the host at the front of `text`; 0 where there is none.
std::size_t host_size(std::string_view text) {
  if (!text.starts_with('[')) {
    const std::size_t size = std::min(text.find(':'), text.size());
    return is_reg_name(text.substr(0, size)) ? size : 0;
  }
  const std::size_t bracket = text.find(']');
  if (bracket == std::string_view::npos) return 0;
  const std::string_view inside = text.substr(1, bracket - 1);
  return is_ipv6_address(inside) || is_address_of_the_future(inside) ? bracket + 1 : 0;
}

}  // namespace

std::optional<Authority> parse_authority(std::string_view text) {
  const std::size_t size = host_size(text);
  if (size == 0) return std::nullopt;
  Authority authority{.host = text.substr(0, size), .port = std::nullopt};
  text.remove_prefix(size);
  if (text.empty()) return authority;
  if (text[0] != ':' || !std::ranges::all_of(text.substr(1), is_digit)) return std::nullopt;
  authority.port = text.substr(1);
  return authority;
}

std::optional<unsigned> port_number(std::string_view digits) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  return whole && port > 0 && port <= 65535 ? std::optional(port) : std::nullopt;
}

}  // namespace suite
