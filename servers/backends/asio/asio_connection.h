// One connection of an Asio loop: a chain of operations, of which one is under way at any time, each
// holding the connection alive (shared_from_this) until its handler has run.
//
// A read needs its buffer from the moment it starts, so that each connection has one of its own: 1 KiB at
// first, growing to 64 KiB while reads fill it and shrinking when they no longer do. What a read brought is
// sent straight out of it, and never copied. To wait for readability first and then read into one buffer of
// the worker's would keep idle connections smaller, at the price of an epoll_ctl per request (Asio's events
// are edge-triggered, and async_wait asks for the edge again).
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "servers/backends/asio/asio_types.h"
#include "servers/connection_table.h"
#include "servers/conversation.h"

namespace suite {

class AsioWorker;

class AsioConnection : public std::enable_shared_from_this<AsioConnection> {
 public:
  AsioConnection(AsioWorker& worker, AsioSocket socket, std::unique_ptr<Session> session);

  /// Starts the chain.
  void open();
  /// The server is stopping, or the deadline has passed. A read under way may have ended already, its
  /// handler waiting for its turn; so it is cancelled, and its handler, which comes either way, goes on.
  void interrupt();
  void close(CloseReason reason);

  Conversation talk;
  TableEntry entry;

 private:
  void read();
  void on_read(const asio::error_code& error, std::size_t count);
  void write();
  void on_written(const asio::error_code& error, std::size_t count);
  void on_interrupted();
  void obey(Next next);
  void fit_buffer();
  std::size_t unread_bytes() const;

  AsioWorker& worker_;
  AsioSocket socket_;
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t buffer_size_ = 0;
  std::size_t last_read_ = 0;               // bytes
  std::vector<asio::const_buffer> pieces_;  // of a write of several, until its handler has run
  bool reading_ = false;
  bool writing_ = false;
  bool told_to_drain_ = false;
};

}  // namespace suite
