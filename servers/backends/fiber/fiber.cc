#include "servers/backends/fiber/fiber.h"

#include <cassert>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace suite {

Fiber::~Fiber() {
#if defined(__SANITIZE_THREAD__)
  if (thread_ != nullptr) __tsan_destroy_fiber(thread_);
#endif
}

void Fiber::resume() {
  assert(inside_);
  before_resume();
  inside_ = std::move(inside_).resume();
  after_resume();
}

void Fiber::park() {
  before_leaving();
  loop_ = std::move(loop_).resume();
  after_return();
}

#if defined(__SANITIZE_ADDRESS__)

void Fiber::before_resume() {
  __sanitizer_start_switch_fiber(&loop_fake_stack_, stack_, StackPool::kStackBytes);
}
void Fiber::after_resume() { __sanitizer_finish_switch_fiber(loop_fake_stack_, nullptr, nullptr); }
void Fiber::after_entry() { __sanitizer_finish_switch_fiber(nullptr, &loop_stack_, &loop_stack_size_); }
void Fiber::before_leaving() {
  __sanitizer_start_switch_fiber(done_ ? nullptr : &fake_stack_, loop_stack_, loop_stack_size_);
}
void Fiber::after_return() { __sanitizer_finish_switch_fiber(fake_stack_, &loop_stack_, &loop_stack_size_); }

#elif defined(__SANITIZE_THREAD__)

void Fiber::before_resume() {
  if (thread_ == nullptr) thread_ = __tsan_create_fiber(0);
  loop_thread_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(thread_, 0);
}
void Fiber::after_resume() {}
void Fiber::after_entry() {}
void Fiber::before_leaving() { __tsan_switch_to_fiber(loop_thread_, 0); }
void Fiber::after_return() {}

#else

void Fiber::before_resume() {}
void Fiber::after_resume() {}
void Fiber::after_entry() {}
void Fiber::before_leaving() {}
void Fiber::after_return() {}

#endif

}  // namespace suite
