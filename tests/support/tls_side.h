// The server's end of a TLS connection, for servers that misbehave in it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/tls/channel.h"
#include "common/tls/openssl.h"
#include "common/tls/server.h"

namespace suite::test {

/// Shows a certificate for localhost and 127.0.0.1 that nobody has signed; one for all tests.
SSL_CTX& self_signed_context();

/// On a blocking descriptor, which outlives it.
class TlsSide {
 public:
  explicit TlsSide(int fd, SSL_CTX& context = self_signed_context());

  /// Whether it came to an end.
  bool shake_hands();
  /// What arrives next; empty at the end.
  std::string receive();
  void send(std::string_view plain);
  /// Of TLS 1.2, between two calls that send: a HelloRequest.
  void demand_renegotiation();
  /// A close_notify.
  void say_goodbye();
  /// Echoes until the client ends; what was received.
  void echo();

 private:
  TlsChannel::Sink sink();
  /// Reads once; false at the end.
  bool take();

  int fd_;
  TlsChannel channel_;
  std::string received_;
};

}  // namespace suite::test
