#include "client/drivers/tls/tls_client.h"

#include <utility>

#include "client/drivers/tls/tls_driver.h"
#include "common/tls/client.h"

namespace suite {

std::expected<void, Error> check_tls(const TlsClientOptions& options) {
  if (auto context = make_client_context(options); !context) return std::unexpected(context.error());
  return {};
}

std::expected<std::unique_ptr<Driver>, Error> with_tls(std::unique_ptr<Driver> inner, std::size_t connections,
                                                       const TlsClientOptions& options) {
  auto context = make_client_context(options);
  if (!context) return std::unexpected(std::move(context.error()));
  return std::make_unique<TlsDriver>(std::move(inner), connections, std::move(*context), options);
}

}  // namespace suite
