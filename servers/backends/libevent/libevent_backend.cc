// How the libevent backend presents itself; the loop is in libevent_worker.h.
#include <event2/event.h>

#include <memory>
#include <string>

#include "servers/backend.h"
#include "servers/backends/libevent/libevent_worker.h"

namespace suite {

Backend libevent_backend();

Backend libevent_backend() {
  return {.name = "libevent",
          .model = "readiness behind buffers: a bufferevent per connection, over epoll",
          .library = std::string("libevent ") + event_get_version(),
          .workers = WorkerKind::kThreads,
          .make_loop = [] -> std::unique_ptr<Loop> { return std::make_unique<LibeventLoop>(); },
          .usable = &LibeventWorker::usable};
}

}  // namespace suite
