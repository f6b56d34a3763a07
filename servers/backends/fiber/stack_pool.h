// Memory for the stacks of fibers.
#pragma once

#include <cstddef>
#include <vector>

namespace suite {

/// Stacks of one size, each with a guard page at its low end, so that one that overflows ends the program
/// rather than another fiber's data. Stacks that are given back are used again, the last one first: it is in
/// cache. Only what a fiber has touched takes memory. One thread.
class StackPool {
 public:
  /// What a fiber may use. HTTP's deepest answer takes less than a quarter of it; sanitizers take more.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  static constexpr std::size_t kStackBytes = 1024 * 1024;
#else
  static constexpr std::size_t kStackBytes = 64 * 1024;
#endif
  /// More free ones than this are given back to the system.
  static constexpr std::size_t kKeptStacks = 1024;

  StackPool() = default;
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;
  ~StackPool();

  /// Sees to it that take() has one; false where the system has no memory for it.
  bool reserve();
  /// The low end of kStackBytes; throws std::bad_alloc where there is no memory.
  std::byte* take();
  void give_back(std::byte* stack);

  /// Stacks that exist, in use or free.
  std::size_t mapped() const { return mapped_; }

 private:
  static void unmap(std::byte* stack);

  std::vector<std::byte*> free_;
  std::size_t mapped_ = 0;
};

}  // namespace suite
