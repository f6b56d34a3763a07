// A thread with a stack of a given size, which std::thread cannot have.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <cstddef>
#include <optional>

namespace suite {

/// A joinable thread. Does not join by itself: its owner does, or never lets go of it. Copies are handles of
/// the same thread.
class SmallThread {
 public:
  /// Runs `body(argument)`, which must not throw; nothing where the system has no thread to give (errno).
  static std::optional<SmallThread> start(std::size_t stack_bytes, void (*body)(void*), void* argument);

  void join() const { ::pthread_join(thread_, nullptr); }
  /// A signal for this thread, which has not been joined.
  void signal(int number) const { ::pthread_kill(thread_, number); }

 private:
  explicit SmallThread(::pthread_t thread) : thread_(thread) {}
  ::pthread_t thread_;
};

}  // namespace suite
