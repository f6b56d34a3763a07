// The local addresses that connections come from: each has ports of its own, so that several hold more
// connections than one.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"
#include "common/net/endpoint.h"

namespace suite {

/// Addresses, separated by commas: "127.0.0.2,127.0.0.3". The error says which is none.
std::expected<std::vector<Endpoint>, std::string> parse_sources(std::string_view text);

/// Nothing, or why no connection to `target` can come from one of `sources`: it is not this machine's, or of
/// another family.
std::expected<void, Error> check_sources(std::span<const Endpoint> sources, const Endpoint& target);

/// Which of the sources a connection comes from: they are taken in turn, over all threads.
struct SourceTurns {
  std::span<const Endpoint> sources;   // outlive this; empty: the kernel chooses
  std::uint64_t first_connection = 0;  // the first one of a thread, counted over all of them

  /// nullptr: the kernel chooses.
  const Endpoint* of(std::uint64_t connection) const {
    return sources.empty() ? nullptr : &sources[(first_connection + connection) % sources.size()];
  }
};

}  // namespace suite
