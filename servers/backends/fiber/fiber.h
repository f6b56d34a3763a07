// A function on a stack of its own, which can stop in the middle and go on later.
#pragma once

#include <boost/context/fiber.hpp>
#include <boost/context/preallocated.hpp>

#include <cstddef>
#include <memory>
#include <utility>

#include "common/process/stack_pages.h"
#include "servers/backends/fiber/stack_pool.h"

namespace suite {

/// One thread's. Built on boost::context::fiber, the documented interface: a switch there and back took 30 ns
/// with it and 29 ns with boost::context::detail::jump_fcontext, which no version promises to keep. Debian's
/// build of it tells no sanitizer of its switches, so this does.
class Fiber {
 public:
  /// `body()` begins with the first resume(), and must not throw. `pool` outlives this.
  template <class Body>
  Fiber(StackPool& pool, Body body);
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  /// Only where it is done(), or was never resumed.
  ~Fiber();

  /// Runs it up to its next park(), or its end. Not to be called from a fiber.
  void resume();
  /// From inside: back to resume(). Never while an exception is being handled, of which C++ keeps account per
  /// thread.
  void park();
  /// From inside: gives back the pages of its stack that lie below the caller's frame.
  void trim_stack() const { release_stack_down_to(stack_); }
  /// Its body has returned; the stack is the pool's again.
  bool done() const { return done_; }

 private:
  /// How Boost gives a stack back, at a fiber's end, from the stack that resume() was called on.
  struct Recycler {
    StackPool* pool;
    void deallocate(const boost::context::stack_context& stack) const {
      pool->give_back(static_cast<std::byte*>(stack.sp) - stack.size);
    }
  };

  static boost::context::preallocated whole(std::byte* stack) {
    void* const top = stack + StackPool::kStackBytes;
    boost::context::stack_context context;
    context.sp = top;
    context.size = StackPool::kStackBytes;
    return {top, StackPool::kStackBytes, context};
  }

  // What sanitizers are told, on either side of each switch; nothing in a build without them.
  void before_resume();
  void after_resume();
  void after_entry();
  void before_leaving();
  void after_return();

  std::byte* stack_;
  boost::context::fiber inside_;  // where it goes on; empty while it runs, and after its end
  boost::context::fiber loop_;    // where its resume() goes on
  bool done_ = false;

  // For the sanitizers.
  void* fake_stack_ = nullptr;       // AddressSanitizer's, of the fiber
  void* loop_fake_stack_ = nullptr;  // ... of the loop
  const void* loop_stack_ = nullptr;
  std::size_t loop_stack_size_ = 0;
  void* thread_ = nullptr;       // what ThreadSanitizer takes the fiber for
  void* loop_thread_ = nullptr;  // ... and the loop
};

template <class Body>
Fiber::Fiber(StackPool& pool, Body body)
    : stack_(pool.take()),
      inside_(std::allocator_arg, whole(stack_), Recycler{&pool},
              [this, body = std::move(body)](boost::context::fiber&& loop) mutable {
                after_entry();
                loop_ = std::move(loop);
                body();
                done_ = true;
                before_leaving();
                return std::move(loop_);
              }) {}

}  // namespace suite
