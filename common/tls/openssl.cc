#include "common/tls/openssl.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include <fmt/format.h>

#include <string_view>

namespace suite {

SslContext new_context(const SSL_METHOD* method) {
  SslContext context(openssl_checked(SSL_CTX_new(method)));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context.get(), 1);
  return context;
}

std::string openssl_error() {
  const unsigned long code = ERR_peek_last_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  if (reason != nullptr) return reason;
  return code == 0 ? "no reason was given" : fmt::format("error {:#x} of OpenSSL", code);
}

std::string openssl_version() {
  const std::string_view text = OpenSSL_version(OPENSSL_VERSION);
  return std::string(text.substr(0, text.find(' ', text.find(' ') + 1)));
}

}  // namespace suite
