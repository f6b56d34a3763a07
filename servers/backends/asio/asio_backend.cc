// How the asio backend presents itself; its connections are in callback_connection.h.
#include <memory>
#include <utility>

#include "servers/backend.h"
#include "servers/backends/asio/callback_connection.h"
#include "servers/backends/asio_common/asio_worker.h"

namespace suite {
namespace {

class AsioLoop final : public Loop {
 public:
  std::expected<void, Error> run(LoopContext& context) override {
    return run_asio_worker(context,
                           [](AsioWorker& worker, AsioSocket socket,
                              std::unique_ptr<Session> session) -> std::shared_ptr<AsioConnection> {
                             return std::make_shared<CallbackConnection>(worker, std::move(socket),
                                                                         std::move(session));
                           });
  }
};

}  // namespace

Backend asio_backend();

Backend asio_backend() {
  return {.name = "asio",
          .model = "proactor over epoll: async_read_some and async_write_some with callbacks",
          .library = asio_name_and_version(),
          .workers = WorkerKind::kThreads,
          .make_loop = [] -> std::unique_ptr<Loop> { return std::make_unique<AsioLoop>(); },
          .usable = nullptr};
}

}  // namespace suite
