// The client's end of a TLS connection in memory.
#pragma once

#include <openssl/ssl.h>

#include <string>
#include <string_view>

#include "common/tls/channel.h"
#include "common/tls/openssl.h"

namespace suite::test {

/// A context that takes any certificate, and only `version` (TLS1_2_VERSION, TLS1_3_VERSION; 0: either).
SslContext client_context(int version = 0);

/// Sends by appending to `outgoing`, encrypted.
class TlsPeer {
 public:
  explicit TlsPeer(SSL_CTX& context) : channel_(context, TlsChannel::Role::kClient) {}

  /// Takes what the server sent; begins the handshake where it is empty.
  TlsChannel::Outcome take(std::string_view encrypted);
  void send(std::string_view plain);
  void close() { channel_.close(sink()); }

  TlsChannel& channel() { return channel_; }
  const TlsChannel& channel() const { return channel_; }
  std::string outgoing;  // encrypted, for the server
  std::string received;  // plain

 private:
  TlsChannel::Sink sink();
  TlsChannel channel_;
};

}  // namespace suite::test
