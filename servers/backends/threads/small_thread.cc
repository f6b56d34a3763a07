#include "servers/backends/threads/small_thread.h"

#include <cerrno>
#include <new>

namespace suite {
namespace {

struct Task {
  void (*body)(void*);
  void* argument;
};

}  // namespace

std::optional<SmallThread> SmallThread::start(std::size_t stack_bytes, void (*body)(void*), void* argument) {
  ::pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, stack_bytes);
  auto* const task = new (std::nothrow) Task{.body = body, .argument = argument};
  const auto entry = [](void* given) -> void* {
    const Task mine = *static_cast<Task*>(given);
    delete static_cast<Task*>(given);
    mine.body(mine.argument);
    return nullptr;
  };
  ::pthread_t thread{};
  const int error = task != nullptr ? ::pthread_create(&thread, &attributes, entry, task) : ENOMEM;
  ::pthread_attr_destroy(&attributes);
  if (error == 0) return SmallThread(thread);
  delete task;
  errno = error;
  return std::nullopt;
}

}  // namespace suite
