#include "client/address_override.h"

#include <fmt/format.h>

#include <string_view>

#include "common/http/scan.h"

namespace suite {
namespace {

using Wrong = std::unexpected<std::string>;

/// An entry, cut at its colons.
struct Entry {
  std::string_view name_and_port, addresses;
};

// The name may be an IPv6 address in brackets.
std::expected<Entry, std::string> cut(std::string_view text) {
  const Wrong no_entry(fmt::format("'{}' is not NAME:PORT:ADDR", text));
  const std::size_t name_end = text.find(':', text.starts_with('[') ? text.find(']') : 0);
  if (name_end == std::string_view::npos) return no_entry;
  const std::size_t port_end = text.find(':', name_end + 1);
  if (port_end == std::string_view::npos) return no_entry;
  return Entry{.name_and_port = text.substr(0, port_end), .addresses = text.substr(port_end + 1)};
}

std::expected<Endpoint, std::string> parse_address(std::string_view text, std::uint16_t port) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  if (!is_address(text)) return Wrong(fmt::format("'{}' is no address such as 127.0.0.1 or [::1]", text));
  const auto found = resolve(text, port);
  if (!found) return Wrong(fmt::format("'{}': {}", text, found.error().why));
  return found->front();
}

std::expected<void, std::string> take_entry(std::string_view text, TargetName& target) {
  if (text.starts_with('*')) return Wrong("a name of '*' is not supported: give TARGET's host");
  if (text.starts_with('+') || text.starts_with('-')) {
    return Wrong(
        fmt::format("an entry that begins with '{}' is not supported: nothing is cached here", text[0]));
  }
  const auto entry = cut(text);
  if (!entry) return Wrong(entry.error());
  const auto named = parse_target(entry->name_and_port);
  if (!named) return Wrong(fmt::format("'{}': {}", text, named.error()));
  if (!is_same_host(named->host, target.host) || named->port != target.port) {
    return Wrong(
        fmt::format("'{}' is not what TARGET connects to, {}", entry->name_and_port, target.to_string()));
  }
  std::string_view rest = entry->addresses;
  for (bool more = true; more;) {
    more = rest.contains(',');
    const auto address = parse_address(take_element(rest), target.port);
    if (!address) return Wrong(address.error());
    target.addresses.push_back(*address);
  }
  return {};
}

}  // namespace

std::expected<void, std::string> override_addresses(std::span<const std::string> entries,
                                                    TargetName& target) {
  if (!entries.empty() && target.is_unix()) return Wrong("a unix socket has no name to look up");
  for (const std::string& each : entries) {
    if (auto taken = take_entry(each, target); !taken) return taken;
  }
  return {};
}

}  // namespace suite
