// What all connections of a client of TLS share, and what they say of a server that cannot be trusted.
#pragma once

#include <openssl/ssl.h>

#include <expected>
#include <string>

#include "common/base/error.h"
#include "common/tls/client_options.h"
#include "common/tls/openssl.h"

namespace suite {

/// A context for one thread. The error names the flag of `suite load` that cannot be honoured.
std::expected<SslContext, Error> make_client_context(const TlsClientOptions& options);

/// The name to be sent, once per connection and before its handshake; empty: none is, as for an address (RFC
/// 6066 3).
std::string server_name_to_send(const TlsClientOptions& options);

/// Why the certificate that `ssl` was shown is not trusted, in words; empty where it is. `name` is the
/// server's.
std::string verification_failure(const SSL& ssl, const std::string& name);

}  // namespace suite
