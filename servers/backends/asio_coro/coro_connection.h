// Asio with C++20 coroutines: a connection is one straight-line function that awaits each read and write.
//
// The system calls per echo are those of Asio with callbacks: a share of an epoll_wait, one recv (two, where
// a read finds nothing at first), one send. On top of them each awaited operation makes a coroutine frame of
// its own (asio::use_awaitable; Asio keeps the last few of a thread for the next ones), and the end of an
// operation resumes the function through Asio's handler for it. So the function is flat: an awaitable that
// awaits another would pay for each level. The executor is the io_context's own, not the type-erased
// any_io_executor that awaitables have where nothing is said. What it cannot do is at the head of
// asio_worker.h; and a stack trace of it ends in Asio, not in who started it.
#pragma once

#include <memory>
#include <asio/awaitable.hpp>

#include "servers/backends/asio_common/asio_connection.h"

namespace suite {

class CoroConnection final : public AsioConnection, public std::enable_shared_from_this<CoroConnection> {
 public:
  CoroConnection(AsioWorker& worker, AsioSocket socket, std::unique_ptr<Session> session);
  void open() override;

 private:
  using Task = asio::awaitable<void, AsioExecutor>;

  static Task serve(std::shared_ptr<CoroConnection> self);
};

}  // namespace suite
