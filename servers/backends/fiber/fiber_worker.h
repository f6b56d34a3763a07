// Stackful coroutines on epoll(7): a straight-line function per connection, receive, answer, send all of it,
// again, on a stack of its own; where the socket would block the function is parked until epoll says that it
// would not. What gevent, eventlet and Syncless are to Python.
//
// Per echo: a share of one epoll_wait, one recv, one send, and a switch of stacks there and back. A
// connection is registered once, level-triggered, for EPOLLIN, which is exchanged for EPOLLOUT only while a
// send is blocked. All share one receive buffer, which stays in cache; what an outbox has borrowed from it is
// copied before its fiber parks. A connection costs its stack besides: the pages of it that were touched, one
// or two. It cannot overlap system calls, and a fiber that computes for long holds up all others of its
// worker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include "servers/backends/fiber/fiber.h"
#include "servers/backends/fiber/stack_pool.h"
#include "servers/loops/straight_loop.h"

namespace suite {

class FiberLoop final : public Loop {
 public:
  std::expected<void, Error> run(LoopContext& context) override;
};

/// One run of the loop.
class FiberWorker final : public StraightLoop {
 public:
  explicit FiberWorker(LoopContext& context);

 private:
  struct Connection;

  bool has_room() override { return stacks_.reserve(); }
  void admit(Accepted accepted) override;
  void on_event(const epoll_event& event) override;
  void disturb(ServedConnection& connection) override;

  void go_on(Connection& connection);
  void serve(Connection& connection);
  bool park(Connection& connection, std::uint32_t events);
  std::optional<IoReceived> receive_once(Connection& connection);
  IoReceived receive(Connection& connection);
  IoReceived receive_now(Connection& connection);
  IoSent send(Connection& connection);

  StackPool stacks_;  // outlives the connections
  std::vector<std::byte> buffer_;
  Connection* running_ = nullptr;  // the one whose fiber was resumed last
};

}  // namespace suite
