// How the fiber backend presents itself; the loop is in fiber_worker.h.
#include <boost/version.hpp>

#include <algorithm>
#include <memory>
#include <string>

#include "servers/backend.h"
#include "servers/backends/fiber/fiber_worker.h"

namespace suite {

Backend fiber_backend();

Backend fiber_backend() {
  std::string version = BOOST_LIB_VERSION;  // "1_74"
  std::ranges::replace(version, '_', '.');
  return {.name = "fiber",
          .model = "stackful coroutines on epoll, a straight-line function per connection",
          .library = "Boost.Context " + version,
          .workers = WorkerKind::kThreads,
          .make_loop = [] -> std::unique_ptr<Loop> { return std::make_unique<FiberLoop>(); },
          .usable = nullptr,
          .coroutine_per_connection = true,
          .http_stand_in = {.row = OldRow::kStackless, .distance = 1}};  // of C++, not of Python
}

}  // namespace suite
