// TLS for the load generator, as far as those need to know who make a plan and a driver: builds without
// OpenSSL have it too, and say that they cannot.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "client/drivers/driver.h"
#include "client/target.h"
#include "common/base/error.h"
#include "common/net/endpoint.h"
#include "common/net/event_fd.h"
#include "common/tls/client_options.h"

namespace suite {

/// Where the server wants the client to have one.
inline constexpr std::string_view kAdviceToShowACertificate =
    "show it a certificate with --cert FILE --key FILE";

/// Nothing, or why these options cannot be used: a file that is none, or a build without OpenSSL.
std::expected<void, Error> check_tls(const TlsClientOptions& options);

/// `inner`, with TLS around its connections.
std::expected<std::unique_ptr<Driver>, Error> with_tls(std::unique_ptr<Driver> inner, std::size_t connections,
                                                       const TlsClientOptions& options);

/// Where a handshake is tried.
struct TlsProbe {
  TargetName name;
  Endpoint endpoint;
  std::chrono::nanoseconds timeout{};
};

/// One handshake, with what a run would offer; blocks. The protocol that the server chose of those offered;
/// empty: none. The error says what to do. Ends early when `interrupt` is set.
std::expected<std::string, Error> try_handshake(const TlsProbe& probe, const TlsClientOptions& options,
                                                const EventFd& interrupt);

/// Whether whoever listens there speaks TLS, trusted or not. False in a build without OpenSSL.
bool speaks_tls(const TlsProbe& probe, const EventFd& interrupt);

}  // namespace suite
