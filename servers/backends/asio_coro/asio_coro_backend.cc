// How the asio-coro backend presents itself; its connections are in coro_connection.h.
#include <memory>
#include <utility>

#include "servers/backend.h"
#include "servers/backends/asio_common/asio_worker.h"
#include "servers/backends/asio_coro/coro_connection.h"

namespace suite {
namespace {

class AsioCoroLoop final : public Loop {
 public:
  std::expected<void, Error> run(LoopContext& context) override {
    return run_asio_worker(context,
                           [](AsioWorker& worker, AsioSocket socket,
                              std::unique_ptr<Session> session) -> std::shared_ptr<AsioConnection> {
                             return std::make_shared<CoroConnection>(worker, std::move(socket),
                                                                     std::move(session));
                           });
  }
};

}  // namespace

Backend asio_coro_backend();

Backend asio_coro_backend() {
  return {.name = "asio-coro",
          .model = "proactor over epoll: a C++20 coroutine per connection awaits each read and write",
          .library = asio_name_and_version(),
          .workers = WorkerKind::kThreads,
          .make_loop = [] -> std::unique_ptr<Loop> { return std::make_unique<AsioCoroLoop>(); },
          .usable = nullptr,
          .coroutine_per_connection = true};
}

}  // namespace suite
