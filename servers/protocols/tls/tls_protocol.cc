#include "servers/protocols/tls/tls_protocol.h"

#include <utility>

#include "servers/protocols/tls/tls_session.h"

namespace suite {
namespace {

/// A worker's context, replaced when the server has a new identity.
class TlsWorker {
 public:
  TlsWorker(TlsOptions options, SessionFactory inner, SslContext context, std::uint32_t generation,
            WorkerContext& worker)
      : options_(std::move(options)),
        inner_(std::move(inner)),
        context_(std::move(context)),
        generation_(generation),
        worker_(worker) {}

  std::unique_ptr<Session> make_session(const Endpoint& peer) {
    renew_context();
    return std::make_unique<TlsSession>(*context_, inner_(peer), options_.handshake_timeout, worker_);
  }

 private:
  // The identity was tried before it was given to workers; one that lacks memory for it goes on as before.
  void renew_context() {
    const std::uint32_t generation = options_.server->generation();
    if (generation == generation_) return;
    auto context = options_.server->make_context();
    if (!context) return;
    context_ = std::move(*context);
    generation_ = generation;
  }

  TlsOptions options_;
  SessionFactory inner_;
  SslContext context_;
  std::uint32_t generation_;
  WorkerContext& worker_;
};

}  // namespace

ServerProtocol tls_protocol(ServerProtocol inner, TlsOptions options) {
  return [inner = std::move(inner),
          options = std::move(options)](WorkerContext& worker) -> std::expected<SessionFactory, Error> {
    auto inner_factory = inner(worker);
    if (!inner_factory) return std::unexpected(std::move(inner_factory.error()));
    const std::uint32_t generation = options.server->generation();
    auto context = options.server->make_context();
    if (!context) return std::unexpected(std::move(context.error()));
    const auto tls = std::make_shared<TlsWorker>(options, std::move(*inner_factory), std::move(*context),
                                                 generation, worker);
    return [tls](const Endpoint& peer) { return tls->make_session(peer); };
  };
}

}  // namespace suite
