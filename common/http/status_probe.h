// Whether a server of HTTP answers, found out from the outside.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "common/net/endpoint.h"

namespace suite {

/// The status that a GET of `path` is answered with, on a connection of its own, which is closed then.
/// Nothing where no HTTP/1 comes back within `patience`. Blocks as long as that.
std::optional<int> status_of(const Endpoint& endpoint, std::string_view path,
                             std::chrono::milliseconds patience);

/// The status that a response begins with; nothing where these bytes are no beginning of one, or are too few.
std::optional<int> status_in(std::string_view response);

}  // namespace suite
