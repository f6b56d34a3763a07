// A thread per connection and blocking calls: the code that everybody writes first.
//
// Per echo: one recv, one send, and the switches to other threads between them. A recv that waits is ended,
// where a deadline has passed or the server stops, by a signal to its thread; so that none is missed which
// comes just before the recv, the socket gets a receive time-out first. Sending does not block in send(2),
// but in poll(2) once the socket is full, so that nothing is held meanwhile.
//
// A connection costs a thread: some 16 KiB in this process and as much in the kernel, a start of tens of
// microseconds, and a share of what the machine has of threads; most_threads() bounds them, and the next
// connection waits in the backlog. It cannot spin (--busy-poll), and the threads of a worker take turns at
// everything but system calls on sockets (servers/worker_lock.h).
#pragma once

#include <cstddef>
#include <expected>
#include <vector>

#include "servers/backends/threads/small_thread.h"
#include "servers/loops/blocking_loop.h"

namespace suite {

/// How many threads of connections this process should have at the most: three quarters of what the system
/// lets a process, its user and the machine have. What it cannot find out bounds nothing.
std::size_t most_threads();

class ThreadsLoop final : public Loop {
 public:
  std::expected<void, Error> run(LoopContext& context) override;
};

/// One run of the loop.
class ThreadsWorker final : public BlockingLoop {
 public:
  explicit ThreadsWorker(LoopContext& context) : BlockingLoop(context) {}

 private:
  struct Connection;
  class Talk;

  std::expected<void, Error> open() override;
  bool has_room() override;
  void admit(Accepted accepted) override;
  void disturb(ServedConnection& connection) override;
  void clean_up() override;
  void end_threads() override;

  bool start(Connection& connection);
  void join_ended();
  void serve(Connection& connection);
  CloseReason talk_with(Connection& connection);

  std::vector<SmallThread> ended_;  // or about to; to be joined
  Connection* unserved_ = nullptr;  // there was no thread for it, or no memory
};

}  // namespace suite
