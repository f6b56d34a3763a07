// TLS for a server, as far as those need to know who start one: builds without OpenSSL have it too, and say
// that they cannot.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/error.h"
#include "servers/session.h"

namespace suite {

struct TlsServingOptions {
  std::string certificate_file, key_file;        // in PEM; both empty: a self-signed certificate is made
  std::vector<std::string> protocols;            // that ALPN may choose; empty: whatever the client says
  std::chrono::nanoseconds handshake_timeout{};  // from its first byte
};

class TlsServing {
 public:
  virtual ~TlsServing() = default;
  /// `inner`, spoken through TLS. Workers may fork after this.
  virtual ServerProtocol around(ServerProtocol inner) = 0;
  /// Reads the files again, for all workers: connections from now on are shown what they hold. An error
  /// leaves what was there.
  virtual std::expected<void, Error> reload() = 0;
  /// What users must know of the certificate: its fingerprint where it was made here, or that it has expired.
  virtual std::optional<std::string> remark() const = 0;
};

/// Fails where the certificate or key cannot be used, and in builds without OpenSSL.
std::expected<std::unique_ptr<TlsServing>, Error> make_tls_serving(TlsServingOptions options);

/// "OpenSSL 3.0.19"; nothing in a build without it.
std::optional<std::string> tls_library();

}  // namespace suite
