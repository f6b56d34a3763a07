// Asio with callbacks: a proactor over epoll, each operation's handler starting the next one.
//
// Per echo: a share of an epoll_wait, one recv, one send, two handlers. Descriptors are registered once,
// edge-triggered, so there is no epoll_ctl per echo. Asio starts each operation by trying it at once, and
// runs its handler later, out of a queue. On a busy loop the next request has come by the time its read is
// tried; with few connections that read finds nothing (EAGAIN), and a second recv follows the event. Sending
// without an operation (write_some) would spare a handler, but reads so early that nearly every recv is made
// twice. What it cannot do is at the head of asio_worker.h.
#pragma once

#include <memory>

#include "servers/backends/asio_common/asio_connection.h"

namespace suite {

class CallbackConnection final : public AsioConnection,
                                 public std::enable_shared_from_this<CallbackConnection> {
 public:
  using AsioConnection::AsioConnection;
  void open() override { start(on_opened()); }

 private:
  void start(Step step);
  void read();
  void write();
};

}  // namespace suite
