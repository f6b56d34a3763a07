// Preloaded into `suite load`: threads other than the main one get no memory from operator new once their
// process has run for as many milliseconds as SUITE_NO_MEMORY_AFTER says.
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <new>

namespace {

const auto kStart = std::chrono::steady_clock::now();

std::chrono::milliseconds limit() {
  const char* const text = std::getenv("SUITE_NO_MEMORY_AFTER");
  return std::chrono::milliseconds(text != nullptr ? std::atol(text) : 0);
}

}  // namespace

void* operator new(std::size_t size) {
  static const auto after = limit();
  if (::gettid() != ::getpid() && std::chrono::steady_clock::now() - kStart >= after) throw std::bad_alloc();
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
