// Echo (RFC 862): what comes in goes out.
#pragma once

#include <chrono>
#include <optional>

#include "servers/session.h"

namespace suite {

struct EchoOptions {
  std::optional<std::chrono::nanoseconds> idle_timeout;
};

/// Makes echo sessions.
ServerProtocol echo_protocol(EchoOptions options);

}  // namespace suite
