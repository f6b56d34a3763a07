// The loop of backends whose connections are served by several threads of one worker: the worker's lock, and
// system calls on sockets as such a thread makes them.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <span>

#include "servers/loops/straight_loop.h"
#include "servers/worker_lock.h"

namespace suite {

/// All of it, and of StraightLoop, with the lock held; it is given up only around system calls.
class BlockingLoop : public StraightLoop {
 public:
  /// See Backend: what lingers takes a thread, or many turns of a few.
  static constexpr std::size_t kMostBodyLingers = 32;

  /// As Loop::run(), on the thread that accepts. To be called without the lock.
  std::expected<void, Error> run();

 protected:
  static constexpr std::size_t kReceiveBytes = 64 * 1024;

  /// One thread with one connection: what StraightLine asks of its io, but for when to wait.
  class Io {
   public:
    /// The draining in it is that from before a send: who was answered before the stop was not answered while
    /// the server drained.
    const Turn& turn() const { return turn_; }
    std::size_t unread() const { return unread_bytes(connection_.fd.get()); }
    void end_sending() const;
    IoReceived receive_now();

   protected:
    Io(BlockingLoop& loop, ServedConnection& connection, std::span<std::byte> buffer)
        : loop_(loop), connection_(connection), buffer_(buffer), turn_(loop.turn()) {}

    /// One recv(2); nothing where it had nothing to give, or was interrupted.
    std::optional<IoReceived> receive_once(int flags);
    /// Sends the outbox; kLater where the socket takes no more, or it had its share: then no window of a file
    /// stays held.
    IoSent send_some();
    /// Until the socket takes more, or something is due.
    void wait_until_writable();
    std::optional<IoEvent> due();

   private:
    IoSent send_pieces();

    BlockingLoop& loop_;
    ServedConnection& connection_;
    std::span<std::byte> buffer_;
    Turn turn_;
  };

  explicit BlockingLoop(LoopContext& context) : StraightLoop(context) { context.worker.lock = &lock_; }

  /// When no connection is left: ends the threads that serve them. Called with the lock held.
  virtual void end_threads() = 0;
  int wait(std::span<epoll_event> into, int milliseconds) override;

  WorkerLock& lock() { return lock_; }
  /// For the end of a thread.
  void count_cpu_time();

 private:
  WorkerLock lock_;
};

}  // namespace suite
