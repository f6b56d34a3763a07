#include "servers/protocols/tls/tls_serving.h"

#include <fmt/format.h>

#include <utility>

#include "common/tls/identity.h"
#include "common/tls/openssl.h"
#include "common/tls/server.h"
#include "servers/protocols/tls/tls_protocol.h"

namespace suite {
namespace {

class OpenSslServing final : public TlsServing {
 public:
  OpenSslServing(TlsServingOptions options, std::shared_ptr<TlsServer> server,
                 std::optional<std::string> remark)
      : options_(std::move(options)), server_(std::move(server)), remark_(std::move(remark)) {}

  ServerProtocol around(ServerProtocol inner) override {
    return tls_protocol(std::move(inner),
                        {.server = server_, .handshake_timeout = options_.handshake_timeout});
  }

  std::expected<void, Error> reload() override {
    if (options_.certificate_file.empty()) return {};
    auto identity = read_identity(options_.certificate_file, options_.key_file);
    if (!identity) return std::unexpected(std::move(identity.error()));
    return server_->replace(*identity);
  }

  std::optional<std::string> remark() const override { return remark_; }

 private:
  TlsServingOptions options_;
  std::shared_ptr<TlsServer> server_;
  std::optional<std::string> remark_;
};

}  // namespace

std::expected<std::unique_ptr<TlsServing>, Error> make_tls_serving(TlsServingOptions options) {
  const bool self_signed = options.certificate_file.empty();
  auto identity =
      self_signed ? self_signed_identity() : read_identity(options.certificate_file, options.key_file);
  if (!identity) return std::unexpected(std::move(identity.error()));
  auto server = TlsServer::make(*identity, {.protocols = options.protocols});
  if (!server) return std::unexpected(std::move(server.error()));
  auto remark = self_signed ? fmt::format("self-signed certificate, SHA-256 {}", fingerprint(*identity))
                            : out_of_date(*identity);
  return std::make_unique<OpenSslServing>(std::move(options), std::move(*server), std::move(remark));
}

std::optional<std::string> tls_library() { return openssl_version(); }

}  // namespace suite
