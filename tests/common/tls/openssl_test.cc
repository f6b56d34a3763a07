#include "common/tls/openssl.h"

#include <gtest/gtest.h>

#include "common/tls/client.h"
#include "common/tls/identity.h"
#include "common/tls/server.h"

namespace suite {
namespace {

// RFC 8446 8: early data can be replayed. kTLS would have the kernel do what is to be measured in here.
void expect_plain_tls(SSL_CTX& context) {
  const std::uint64_t options = SSL_CTX_get_options(&context);
  EXPECT_EQ(options & SSL_OP_ENABLE_KTLS, 0U);
  EXPECT_NE(options & SSL_OP_NO_RENEGOTIATION, 0U);
  EXPECT_NE(options & SSL_OP_NO_COMPRESSION, 0U);
  EXPECT_EQ(SSL_CTX_get_max_early_data(&context), 0U);
  EXPECT_GE(SSL_CTX_get_min_proto_version(&context), TLS1_2_VERSION);
}

TEST(TlsContexts, HaveNoEarlyDataNoKernelTlsNoRenegotiationAndNothingOlderThanTls12) {
  const auto server = *TlsServer::make(*self_signed_identity(), {});
  expect_plain_tls(**server->make_context());
  for (const TlsVersion version : {TlsVersion::kAny, TlsVersion::k12, TlsVersion::k13}) {
    expect_plain_tls(**make_client_context({.version = version}));
  }
}

}  // namespace
}  // namespace suite
