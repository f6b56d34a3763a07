#include "common/tls/openssl.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include <fmt/format.h>

#include <string_view>

namespace suite {

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
