#include "tests/support/tls_peer.h"

#include <gtest/gtest.h>

#include <array>
#include <span>

#include "tests/support/bytes.h"

namespace suite::test {

SslContext client_context(int version) {
  SslContext context(openssl_checked(SSL_CTX_new(TLS_client_method())));
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  if (version != 0) {
    SSL_CTX_set_min_proto_version(context.get(), version);
    SSL_CTX_set_max_proto_version(context.get(), version);
  }
  return context;
}

TlsChannel::Sink TlsPeer::sink() {
  return {.target = &outgoing, .take = [](void* target, std::span<const std::byte> encrypted) {
            static_cast<std::string*>(target)->append(reinterpret_cast<const char*>(encrypted.data()),
                                                      encrypted.size());
          }};
}

TlsChannel::Outcome TlsPeer::take(std::string_view encrypted) {
  channel_.feed(bytes_of(encrypted));
  std::array<std::byte, 4096> plain;
  for (;;) {
    const auto [outcome, size] = channel_.read(plain, sink());
    received.append(reinterpret_cast<const char*>(plain.data()), size);
    if (outcome != TlsChannel::Outcome::kBytes) return outcome;
  }
}

void TlsPeer::send(std::string_view plain) { EXPECT_TRUE(channel_.write(bytes_of(plain), sink())); }

}  // namespace suite::test
