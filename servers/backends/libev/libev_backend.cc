// How the libev backend presents itself; the loop is in ev_worker.h.
#include <ev.h>
#include <fmt/format.h>

#include <memory>

#include "servers/backend.h"
#include "servers/backends/libev/ev_worker.h"

namespace suite {

Backend libev_backend();

Backend libev_backend() {
  return {.name = "libev",
          .model = "readiness behind callbacks: an ev_io per connection, over epoll",
          .library = fmt::format("libev {}.{}", ev_version_major(), ev_version_minor()),
          .workers = WorkerKind::kThreads,
          .make_loop = [] -> std::unique_ptr<Loop> { return std::make_unique<EvLoop>(); },
          .usable = &EvWorker::usable};
}

}  // namespace suite
