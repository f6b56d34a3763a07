#include "servers/protocols/http_protocol.h"

#include <utility>

#include "servers/protocols/http/http_worker.h"
#include "servers/protocols/http1/http1_session.h"

namespace suite {

ServerProtocol http_protocol(HttpOptions options) {
  auto types = std::make_shared<const MimeTypes>(MimeTypes::load());
  return
      [options = std::move(options), types](WorkerContext& context) -> std::expected<SessionFactory, Error> {
        auto worker = HttpWorker::open(options, types, context);
        if (!worker) return std::unexpected(std::move(worker.error()));
        return [worker = *worker](const Endpoint& peer) {
          return make_http1_session(*worker, worker->log != nullptr ? peer.unmapped().host() : std::string());
        };
      };
}

}  // namespace suite
