#include "servers/backends/fiber/stack_pool.h"

#include <sys/mman.h>

#include <new>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace suite {
namespace {

constexpr std::size_t kGuardBytes = 4096;
// Linux 6.13, and not in Debian 12's headers. Unlike mprotect it does not split the mapping: a process may
// have 65,530 of them (vm.max_map_count), two for each stack otherwise.
constexpr int kGuardInstall = 102;

}  // namespace

StackPool::~StackPool() {
  for (std::byte* const stack : free_) unmap(stack);
}

bool StackPool::reserve() {
  if (!free_.empty()) return true;
  void* const memory = ::mmap(nullptr, kGuardBytes + kStackBytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return false;
  auto* const stack = static_cast<std::byte*>(memory) + kGuardBytes;
  if (::madvise(memory, kGuardBytes, kGuardInstall) != 0 && ::mprotect(memory, kGuardBytes, PROT_NONE) != 0) {
    unmap(stack);
    return false;
  }
  ++mapped_;
  free_.push_back(stack);
  return true;
}

std::byte* StackPool::take() {
  if (!reserve()) throw std::bad_alloc();
  std::byte* const stack = free_.back();
  free_.pop_back();
  return stack;
}

void StackPool::give_back(std::byte* stack) {
#if defined(__SANITIZE_ADDRESS__)
  __asan_unpoison_memory_region(stack, kStackBytes);  // frames that were left without returning
#endif
  if (free_.size() < kKeptStacks) return free_.push_back(stack);
  unmap(stack);
  --mapped_;
}

void StackPool::unmap(std::byte* stack) { ::munmap(stack - kGuardBytes, kGuardBytes + kStackBytes); }

}  // namespace suite
