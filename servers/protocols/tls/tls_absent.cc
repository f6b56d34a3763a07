// Builds without OpenSSL.
#include "servers/protocols/tls/tls_serving.h"

namespace suite {

std::expected<std::unique_ptr<TlsServing>, Error> make_tls_serving(TlsServingOptions) {
  return std::unexpected(Error{.what = "speak TLS",
                               .why = "this build has no OpenSSL",
                               .advice = "install libssl-dev and build again"});
}

std::optional<std::string> tls_library() { return std::nullopt; }

}  // namespace suite
