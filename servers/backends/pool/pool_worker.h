// A pool of threads behind one that waits: connections rest in epoll(7), and one that is ready goes through a
// queue to the next free thread, which receives, answers, sends, and gives the connection back.
//
// Per echo: a share of one epoll_wait, one recv, one send, one epoll_ctl (EPOLLONESHOT: while a thread has a
// connection nobody else hears of it), and mostly a futex call to wake the thread and one to sleep again. So
// it has more connections open than threads, and neither one that sends nothing nor one that reads nothing
// keeps a thread; a file that is slow to read does. It cannot spin (--busy-poll), and the threads of a pool
// take turns at everything but system calls on sockets (servers/worker_lock.h).
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <expected>
#include <span>
#include <thread>
#include <vector>

#include "servers/loops/blocking_loop.h"

namespace suite {

class PoolLoop final : public Loop {
 public:
  std::expected<void, Error> run(LoopContext& context) override;
};

/// One run of the loop.
class PoolWorker final : public BlockingLoop {
 public:
  explicit PoolWorker(LoopContext& context) : BlockingLoop(context) {}

 private:
  struct Connection;
  class Visit;

  std::expected<void, Error> open() override;
  void admit(Accepted accepted) override;
  void on_event(const epoll_event& event) override;
  void disturb(ServedConnection& connection) override;
  void end_threads() override;

  void hand_over(Connection& connection);
  bool rest(Connection& connection);
  bool arm(Connection& connection, std::uint32_t events);

  void work(std::size_t index, std::span<std::byte> buffer);
  void visit(Connection& connection, std::span<std::byte> buffer);

  // At most as long as there are connections: none is in it twice, or while a thread has it.
  std::deque<Connection*> ready_;
  std::size_t serving_ = 0;  // threads that have begun
  bool over_ = false;
  std::condition_variable changed_;  // any of the above
  std::vector<std::thread> threads_;
};

}  // namespace suite
