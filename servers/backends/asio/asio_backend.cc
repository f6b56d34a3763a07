// How the asio backend presents itself; the loop is in asio_worker.h.
#include <fmt/format.h>

#include <memory>
#include <asio/version.hpp>

#include "servers/backend.h"
#include "servers/backends/asio/asio_worker.h"

namespace suite {

Backend asio_backend();

Backend asio_backend() {
  return {.name = "asio",
          .model = "proactor over epoll: async_read_some and async_write_some with callbacks",
          .library = fmt::format("Asio {}.{}.{}", ASIO_VERSION / 100000, ASIO_VERSION / 100 % 1000,
                                 ASIO_VERSION % 100),
          .workers = WorkerKind::kThreads,
          .make_loop = [] -> std::unique_ptr<Loop> { return std::make_unique<AsioLoop>(); },
          .usable = nullptr};
}

}  // namespace suite
