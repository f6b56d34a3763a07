// Certificates as clients should not trust them.
#pragma once

#include <string>

#include "common/tls/identity.h"

namespace suite::test {

struct IdentityOptions {
  std::string names = "DNS:localhost,IP:127.0.0.1";
  long from_seconds = -3600, to_seconds = 3600;  // of its validity, from now
  std::string passphrase = {};                   // of the key; empty: it is not encrypted
};

/// Signed by itself.
TlsIdentity identity_with(const IdentityOptions& options);

}  // namespace suite::test
