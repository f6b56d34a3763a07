// How the pool backend presents itself; the loop is in pool_worker.h.
#include <memory>

#include "servers/backend.h"
#include "servers/backends/pool/pool_worker.h"

namespace suite {

Backend pool_backend();

Backend pool_backend() {
  return {.name = "pool",
          .model = "a bounded pool of threads, fed by one that waits (epoll, EPOLLONESHOT)",
          .library = {},
          .workers = WorkerKind::kPool,
          .make_loop = [] -> std::unique_ptr<Loop> { return std::make_unique<PoolLoop>(); },
          .usable = nullptr,
          .can_spin = false,
          .most_body_lingers = PoolWorker::kMostBodyLingers};
}

}  // namespace suite
