// What all workers of a server share of TLS: who it is, which protocols it speaks, and the keys of the
// tickets with which clients resume.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "common/base/error.h"
#include "common/tls/identity.h"
#include "common/tls/openssl.h"

namespace suite {

/// Made before workers start or fork, and shared by them: in memory that is shared between processes, so that
/// all of them change to a new identity at one moment. Outlives the workers.
class TlsServer {
 public:
  struct Options {
    std::vector<std::string> protocols;  // by ALPN, the dearest first; empty: whatever the client says
  };
  static std::expected<std::unique_ptr<TlsServer>, Error> make(const TlsIdentity& identity, Options options);
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  ~TlsServer();

  /// From now on connections are shown this identity; those that are open keep what they were shown. Called
  /// by the process that made this. An error leaves the old one.
  std::expected<void, Error> replace(const TlsIdentity& identity);

  /// Rises with each replace().
  std::uint32_t generation() const;
  /// A context of the identity of now. Each worker has one of its own, so that they share no locks.
  std::expected<SslContext, Error> make_context() const;

 private:
  struct Shared;
  TlsServer(Options options, Shared* shared);
  TlsIdentity current() const;
  std::expected<SslContext, Error> make_context(const TlsIdentity& identity) const;

  Options options_;
  std::string wire_protocols_;  // RFC 7301's list
  Shared* shared_;
};

}  // namespace suite
