// How the libevent backend presents itself; the loop is in libevent_worker.h.
#include <event2/event.h>

#include <memory>
#include <string>

#include "servers/backend.h"
#include "servers/backends/libevent/libevent_worker.h"

#if defined(__SANITIZE_THREAD__)
// libevent is not instrumented, and with descriptor tables that threads share (the tsan preset) its calls on
// numbers that another worker has closed and opened again look like races. What it closes is then not seen
// either: where openat2(2), which is never seen, opens that number next, its fstat(2) looks like a race with
// the accept.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:libevent_core\nrace:open_beneath\n";
}
#endif

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
