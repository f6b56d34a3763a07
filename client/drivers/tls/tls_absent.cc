// Builds without OpenSSL.
#include "client/drivers/tls/tls_client.h"

namespace suite {
namespace {

std::unexpected<Error> absent() {
  return std::unexpected(Error{.what = "speak TLS",
                               .why = "this build has no OpenSSL",
                               .advice = "install libssl-dev and build again"});
}

}  // namespace

std::expected<void, Error> check_tls(const TlsClientOptions&) { return absent(); }

std::expected<std::unique_ptr<Driver>, Error> with_tls(std::unique_ptr<Driver>, std::size_t,
                                                       const TlsClientOptions&) {
  return absent();
}

std::expected<std::string, Error> try_handshake(const TlsProbe&, const TlsClientOptions&, const EventFd&) {
  return absent();
}

bool speaks_tls(const TlsProbe&, const EventFd&) { return false; }

}  // namespace suite
