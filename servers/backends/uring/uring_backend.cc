// How the uring backend presents itself; the loop is in uring_loop.h.
#include <expected>
#include <memory>
#include <string>

#include "common/net/uring.h"
#include "servers/backend.h"
#include "servers/backends/uring/uring_loop.h"

namespace suite {

Backend uring_backend();

Backend uring_backend() {
  return {.name = "uring",
          .model = "completion: io_uring, multishot accept and receive into provided buffers",
          .library = {},
          .workers = WorkerKind::kThreads,
          .make_loop = [] -> std::unique_ptr<Loop> { return std::make_unique<UringLoop>(); },
          .usable = []() -> std::expected<void, Error> {
            if (auto features = uring_features(); !features) return std::unexpected(features.error());
            return {};
          },
          .in_use = [] { return uring_features().value_or(""); },
          .compared_by_connections = true};
}

}  // namespace suite
