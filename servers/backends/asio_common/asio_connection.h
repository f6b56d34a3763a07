// One connection of an Asio loop, whatever carries it from one operation to the next: what each operation's
// end means, and which one follows. One operation is under way at any time.
//
// A read needs its buffer from the moment it starts, so that each connection has one of its own: 1 KiB at
// first, growing to 64 KiB while reads fill it and shrinking when they no longer do. What a read brought is
// sent straight out of it, and never copied. To wait for readability first and then read into one buffer of
// the worker's would keep idle connections smaller, at the price of an epoll_ctl per request (Asio's events
// are edge-triggered, and async_wait asks for the edge again).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "servers/backends/asio_common/asio_types.h"
#include "servers/loops/connection_table.h"
#include "servers/loops/conversation.h"

namespace suite {

class AsioWorker;

/// Held by the worker's table until it closes, and by the operation under way until that has ended.
class AsioConnection {
 public:
  AsioConnection(AsioWorker& worker, AsioSocket socket, std::unique_ptr<Session> session);
  AsioConnection(const AsioConnection&) = delete;
  AsioConnection& operator=(const AsioConnection&) = delete;
  virtual ~AsioConnection() = default;

  /// Starts serving it. Called once.
  virtual void open() = 0;

  /// The server is stopping, or the deadline has passed. A read under way may have ended already, its
  /// handler waiting for its turn; so it is cancelled, and its handler, which comes either way, goes on.
  void interrupt();
  void close(CloseReason reason);

  Conversation talk;
  TableEntry entry;

 protected:
  /// The operation to start next.
  enum class Step {
    kRead,   // into room()
    kWrite,  // from pieces()
    kNone,   // the connection is closed
  };

  Step on_opened();
  Step on_read(const asio::error_code& error, std::size_t count);
  Step on_written(const asio::error_code& error, std::size_t count);

  AsioSocket& socket() { return socket_; }
  asio::mutable_buffer room() { return {buffer_.get(), buffer_size_}; }
  /// At least one. Asio sends a single buffer without a message header, where it is given as such.
  std::span<const asio::const_buffer> pieces() const { return pieces_; }

 private:
  Step obey(Next next);
  std::optional<Next> read_or_more();
  Step start_reading();
  Step start_writing(std::size_t sent);
  bool is_overdue() const;
  void fit_buffer();
  std::size_t unread_bytes() const;

  AsioWorker& worker_;
  AsioSocket socket_;
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t buffer_size_ = 0;
  std::size_t last_read_ = 0;               // bytes
  std::vector<asio::const_buffer> pieces_;  // of the write under way
  bool reading_ = false;
  bool told_to_drain_ = false;
};

}  // namespace suite
