#include "servers/backend.h"
#include "servers/backends/poll/poll_loop.h"

namespace suite {

Backend poll_backend();

Backend poll_backend() {
  return {.name = "poll",
          .model = "readiness: poll(2) over all connections, one receive buffer per worker",
          .library = {},
          .workers = WorkerKind::kThreads,
          .make_loop = [] -> std::unique_ptr<Loop> { return std::make_unique<PollLoop>(); },
          .usable = nullptr};
}

}  // namespace suite
