// How the threads of one worker take turns.
#pragma once

#include <cerrno>
#include <condition_variable>
#include <mutex>

namespace suite {

/// What the sessions of a worker share (file cache, access log, windows, totals) is not locked: one thread is
/// assumed. Where a worker has several, each of them holds this lock while it runs any of the server's code,
/// and gives it up, by released(), around the system calls that wait or that move a connection's bytes, and
/// around a session's long work of its own (TLS). Nobody else touches a connection whose thread has given the
/// lock up: so a conversation, its session and its outbox never see two threads at once, and time, which is
/// read under the lock, never goes back for them.
class WorkerLock {
 public:
  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

  /// The result of `call`, made without the lock; it is held again even if `call` throws. errno is the
  /// call's.
  template <class Call>
  auto released(Call call) {
    const Without without(mutex_);
    return call();
  }

  /// Waits until `holds()`, which is asked with the lock held.
  template <class Condition>
  void wait(std::condition_variable& changed, Condition holds) {
    std::unique_lock lock(mutex_, std::adopt_lock);
    changed.wait(lock, holds);
    lock.release();
  }

 private:
  class Without {
   public:
    explicit Without(std::mutex& mutex) : mutex_(mutex) { mutex_.unlock(); }
    Without(const Without&) = delete;
    Without& operator=(const Without&) = delete;
    ~Without() {
      const int saved = errno;
      mutex_.lock();
      errno = saved;
    }

   private:
    std::mutex& mutex_;
  };

  std::mutex mutex_;
};

}  // namespace suite
