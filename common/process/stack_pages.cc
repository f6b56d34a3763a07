#include "common/process/stack_pages.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace suite {

// Pages wholly below this frame, but for a few bytes that it may still be using beneath it (the x86-64 ABI's
// red zone has 128).
[[gnu::noinline]] void release_stack_down_to(const std::byte* low_end) {
  constexpr std::uintptr_t kMargin = 1024;
  static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  const auto low = reinterpret_cast<std::uintptr_t>(low_end);
  const std::uintptr_t begin = (low + page - 1) / page * page;
  const std::uintptr_t end = (here - kMargin) / page * page;
  if (begin < end) ::madvise(const_cast<std::byte*>(low_end) + (begin - low), end - begin, MADV_DONTNEED);
}

void release_stack_of_thread() {
  ::pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return;
  void* low_end = nullptr;
  std::size_t size = 0;
  if (::pthread_attr_getstack(&attributes, &low_end, &size) == 0)
    release_stack_down_to(static_cast<const std::byte*>(low_end));
  ::pthread_attr_destroy(&attributes);
}

}  // namespace suite
