#include "common/process/stack_pages.h"

#include <gtest/gtest.h>

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <thread>

#include "tests/support/patience.h"

namespace suite {
namespace {

constexpr std::size_t kDeep = 256 * 1024;

// Where 256 KiB of this stack were in use, which no longer are.
[[gnu::noinline]] std::uintptr_t use_much_stack() {
  std::array<char, kDeep> much;
  std::memset(much.data(), 1, much.size());
  const auto middle = reinterpret_cast<std::uintptr_t>(much.data()) + kDeep / 2;
  asm volatile("" : : "r"(much.data()) : "memory");
  return middle;
}

bool is_resident(std::uintptr_t address) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  unsigned char state = 0;
  return ::mincore(reinterpret_cast<void*>(address / page * page), 1, &state) == 0 && (state & 1) != 0;
}

TEST(StackPages, BelowTheCallersFrameAreGivenBack) {
  if (test::kSanitized) GTEST_SKIP() << "a sanitizer has frames elsewhere";
  std::thread([] {
    int mine = 17;
    const std::uintptr_t deep = use_much_stack();
    EXPECT_TRUE(is_resident(deep));
    release_stack_of_thread();
    EXPECT_FALSE(is_resident(deep));
    EXPECT_TRUE(is_resident(reinterpret_cast<std::uintptr_t>(&mine)));
    EXPECT_EQ(mine, 17);
    EXPECT_EQ(use_much_stack(), deep) << "and it can be used again";
  }).join();
}

}  // namespace
}  // namespace suite
