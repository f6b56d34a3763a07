// io_uring(7): completions instead of readiness. The kernel accepts and receives on its own account
// (multishot) into buffers that it takes from a ring of them; the loop is told of bytes, not of sockets that
// have some.
//
// Per echo: a share of one io_uring_enter, which submits the answers to what the last one brought and does
// what has become ready in the kernel. It waits only where there was nothing to send: the end of a send is no
// completion to wake up for, and may have consequences; so an echo on its own costs two calls. Sends are
// entries of the submission queue that are taken at once, without a completion, or come back: then the
// connection waits for room in its socket, by a poll. What it sends is sent out of the buffer that the kernel
// received it in.
//
// It cannot read a file without blocking (reads would go to worker threads, which costs more than they take),
// and has no sendfile: files go through windows of memory. The kernel receives for a connection that is still
// being answered: at most about 64 KiB ahead, then its receive is cancelled until those are answered.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "common/net/unique_fd.h"
#include "common/net/uring.h"
#include "servers/backends/uring/uring_connection.h"
#include "servers/loop.h"
#include "servers/loops/worker_frame.h"

namespace suite {

class UringLoop final : public Loop {
 public:
  std::expected<void, Error> run(LoopContext& context) override;
};

/// One run of the loop: everything it opens lives as long as this. It has a function for each kind of
/// operation it submits and one for each kind of completion, all on one ring: more than 25, a few lines each.
class UringWorker final : WorkerFrame<UringWorker, UringConnection> {
 public:
  static std::expected<std::unique_ptr<UringWorker>, Error> open(LoopContext& context);
  UringWorker(LoopContext& context, std::unique_ptr<Uring> ring, std::unique_ptr<ReceiveBuffers> buffers);

  /// Until the drain is over.
  void run();

 private:
  friend WorkerFrame;
  using Connection = UringConnection;
  using Chunk = ReceiveBuffers::Chunk;
  /// What a completion is about.
  enum class Operation : std::uint64_t {
    kNone,  // success says nothing, failure does no harm
    kStop,
    kAccept,
    kReceive,
    kSendAtOnce,
    kWaitForRoom,
  };

  bool finished() const;
  void turn();
  void wait();
  void take_completions();
  void dispatch(const io_uring_cqe& completion);
  io_uring_sqe& entry(Operation operation, const void* subject);

  void on_accepted(const io_uring_cqe& completion);
  bool has_room_for_multishot_accept() const;

  void receive(Connection& connection);
  void receive_for_the_starved();
  void on_received(Connection& connection, const io_uring_cqe& completion);
  void on_chunk(Connection& connection, const Chunk& chunk, bool more_waits);
  void cancel_receive(Connection& connection);
  void let_go(Connection& connection);

  void send(Connection& connection);
  void finish_send(Connection& connection);
  void wait_for_room(Connection& connection, std::size_t sent);
  void forget_when_idle(Connection& connection);

  // For the frame:
  bool watch_listener(bool watched);
  void unwatch_stop() {}
  void open_connection(Accepted accepted);
  void on_due(Connection& connection);
  void drain_connection(Connection& connection);
  void obey(Connection& connection, Next next);
  void close(Connection& connection, CloseReason reason);
  static int descriptor_of(const Connection& connection) { return connection.fd.get(); }

  /// What a send of several pieces points to until it is submitted.
  struct Message {
    msghdr header{};
    std::array<iovec, OutBuffer::kMaxPieces> pieces;
  };
  Message& next_message();

  std::unique_ptr<Uring> ring_;
  std::unique_ptr<ReceiveBuffers> buffers_;
  std::vector<Connection*> sending_;    // at once, with the next submission
  std::vector<Connection*> finishing_;  // those of the last
  std::deque<Connection*> starved_;     // their receive ended for want of a buffer
  std::vector<std::unique_ptr<Message>> messages_;
  std::size_t messages_used_ = 0;  // since the last submission
  bool accept_pending_ = false;
  bool listener_ended_ = false;
  bool told_to_stop_ = false;
};

}  // namespace suite
