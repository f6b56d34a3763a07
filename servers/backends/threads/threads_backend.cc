// How the threads backend presents itself; the loop is in threads_worker.h.
#include <memory>

#include "servers/backend.h"
#include "servers/backends/threads/threads_worker.h"

namespace suite {

Backend threads_backend();

Backend threads_backend() {
  return {.name = "threads",
          .model = "blocking calls, a thread per connection",
          .library = {},
          .workers = WorkerKind::kThreads,
          .make_loop = [] -> std::unique_ptr<Loop> { return std::make_unique<ThreadsLoop>(); },
          .usable = nullptr,
          .can_spin = false,
          .most_connections = most_threads,
          .most_body_lingers = ThreadsWorker::kMostBodyLingers,
          .compared_by_connections = true};
}

}  // namespace suite
