// A certificate chain with its private key: what one side of TLS shows to the other.
#pragma once

#include <openssl/ssl.h>

#include <expected>
#include <optional>
#include <string>

#include "common/base/error.h"

namespace suite {

/// Both in PEM; the first certificate is the side's own, the others lead towards the root.
struct TlsIdentity {
  std::string certificates;
  std::string key;
};

/// Reads both files and checks that they are a pair that can be used. The error names the file.
std::expected<TlsIdentity, Error> read_identity(const std::string& certificate_file,
                                                const std::string& key_file);

/// A new key (ECDSA, P-256) with a certificate for localhost, 127.0.0.1, ::1 and this machine's name, good
/// for a year. Nothing is written anywhere.
std::expected<TlsIdentity, Error> self_signed_identity();

/// Makes `context` show the identity.
std::expected<void, Error> use_identity(SSL_CTX& context, const TlsIdentity& identity);

/// SHA-256 of the first certificate, as browsers and `openssl x509 -fingerprint -sha256` show it:
/// "AB:01:...". The certificate must be one that use_identity() took.
std::string fingerprint(const TlsIdentity& identity);

/// A sentence about the dates of the first certificate where a client will refuse it now.
std::optional<std::string> out_of_date(const TlsIdentity& identity);

}  // namespace suite
