// How the libuv backend presents itself; the loop is in uv_worker.h.
#include <uv.h>

#include <memory>
#include <string>

#include "servers/backend.h"
#include "servers/backends/libuv/uv_worker.h"

namespace suite {

Backend libuv_backend();

Backend libuv_backend() {
  return {.name = "libuv",
          .model = "readiness behind callbacks: uv_read_start, uv_try_write, uv_write for what is left",
          .library = std::string("libuv ") + uv_version_string(),
          .workers = WorkerKind::kThreads,
          .make_loop = [] -> std::unique_ptr<Loop> { return std::make_unique<UvLoop>(); },
          .usable = nullptr};
}

}  // namespace suite
