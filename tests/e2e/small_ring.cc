// Preloaded into a server under test: its io_uring gets queues of a few entries, as if thousands of
// connections were busy at once.
#include <dlfcn.h>
#include <liburing.h>

extern "C" int io_uring_queue_init_params(unsigned, io_uring* ring, io_uring_params* parameters) {
  using Function = int (*)(unsigned, io_uring*, io_uring_params*);
  static const auto real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "io_uring_queue_init_params"));
  parameters->cq_entries = 16;
  return real(8, ring, parameters);
}
