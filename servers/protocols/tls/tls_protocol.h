// TLS around any protocol.
#pragma once

#include <chrono>
#include <memory>

#include "common/tls/server.h"
#include "servers/session.h"

namespace suite {

struct TlsOptions {
  std::shared_ptr<const TlsServer> server;
  /// For a whole handshake, from its first byte. Before that the inner protocol's patience holds.
  std::chrono::nanoseconds handshake_timeout{};
};

/// Makes sessions of `inner` that speak TLS.
ServerProtocol tls_protocol(ServerProtocol inner, TlsOptions options);

}  // namespace suite
