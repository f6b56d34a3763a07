#include "servers/backend.h"
#include "servers/backends/epoll/epoll_loop.h"

namespace suite {

Backend epoll_backend();

Backend epoll_backend() {
  return {.name = "epoll",
          .model = "readiness: level-triggered epoll, one receive buffer per worker",
          .library = {},
          .workers = WorkerKind::kThreads,
          .make_loop = [] -> std::unique_ptr<Loop> { return std::make_unique<EpollLoop>(); },
          .usable = nullptr,
          .compared_by_workers = true,
          .compared_by_connections = true};
}

}  // namespace suite
