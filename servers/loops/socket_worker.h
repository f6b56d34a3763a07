// What the loops that own their sockets, and are told which are ready, do in the same way: receive into one
// buffer of the worker's, send at once out of it, and wait for room only after a send that was not taken
// whole.
#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "common/io/flush.h"
#include "common/net/unique_fd.h"
#include "servers/loops/worker_frame.h"
#include "servers/read_or_more.h"

namespace suite {

/// What a connection is watched for.
enum class Interest : unsigned char { kNothing, kInput, kOutput };

struct SocketConnection {
  SocketConnection(UniqueFd socket, std::unique_ptr<Session> session, const LoopContext& context)
      : fd(std::move(socket)), talk(std::move(session), context.limits, context.worker.totals) {}
  UniqueFd fd;
  Interest interest = Interest::kNothing;
  Conversation talk;
  TableEntry entry;
};

/// The base of one run of a loop, `Worker`, over `Connection`s, which are SocketConnections. It waits, reads
/// the clock, calls on_ready(), and has, beside the frame's watch_listener() and unwatch_stop():
///
///   bool watch(Connection& connection, Interest interest);
///
/// (whether it worked; connection.interest still says what it was watched for until now),
///
/// and forget(), where a connection that closes leaves something behind. All connections share one receive
/// buffer, which stays in cache; only what a socket did not take of an answer is copied.
template <class Worker, class Connection>
class SocketWorker : public WorkerFrame<Worker, Connection> {
  using Frame = WorkerFrame<Worker, Connection>;

 protected:
  friend Frame;
  using Frame::connections_;
  using Frame::context_;
  using Frame::turn_;

  explicit SocketWorker(LoopContext& context) : Frame(context), buffer_(kReceiveBytes) {}
  ~SocketWorker() = default;

  /// What the connection is watched for has come.
  void on_ready(Connection& connection) {
    if (connection.talk.lingering()) return discard(connection);
    if (connection.interest == Interest::kOutput) return obey(connection, Next::kSend);
    receive(connection);
  }

  void forget(Connection&) {}

  // For the frame:
  void open_connection(Accepted accepted) {
    ++context_.worker.totals.connections;
    Connection& connection = connections_.add(
        std::make_unique<Connection>(std::move(accepted.fd), context_.make_session(accepted.peer), context_));
    connection.talk.on_opened(turn_);
    if (turn_.draining) return this->drain_connection(connection);
    connections_.note_deadline(connection);
    receive(connection);  // the first request is often there already
  }

  void obey(Connection& connection, Next next) {
    for (int parts = 0; next == Next::kSend || next == Next::kReadOrMore; ++parts) {
      if (next == Next::kReadOrMore) {
        const auto then = read_or_more(connection.talk, connection.fd.get(), buffer_, turn_);
        if (!then) return close(connection, CloseReason::kReset);
        next = *then;
        if (next != Next::kSend || parts < kPartsPerTurn) continue;
        return wait_for_room(connection, 0);
      }
      const FlushResult flushed =
          flush(connection.fd.get(), connection.talk.out(),
                connection.talk.ends_after_sending() ? Then::kEnds : Then::kStaysOpen);
      if (flushed.status == FlushStatus::kFailed) return close(connection, CloseReason::kReset);
      if (flushed.status == FlushStatus::kBroken) return close(connection, CloseReason::kCut);
      if (flushed.status == FlushStatus::kBlocked) return wait_for_room(connection, flushed.sent);
      next = connection.talk.on_sent(flushed.sent, turn_);
    }
    if (next == Next::kClose) return close(connection, connection.talk.close_reason());
    if (next == Next::kLinger) {
      ::shutdown(connection.fd.get(), SHUT_WR);
      this->note_linger(connection);
    }
    connections_.note_deadline(connection);
    wait_for(connection, Interest::kInput);
  }

  void close(Connection& connection, CloseReason reason) {
    worker().forget(connection);
    connection.talk.on_closed(reason);
    connections_.take(connection);
    this->gate_.on_close();
  }

  static int descriptor_of(const Connection& connection) { return connection.fd.get(); }

 private:
  static constexpr std::size_t kReceiveBytes = 64 * 1024;

  Worker& worker() { return static_cast<Worker&>(*this); }

  void receive(Connection& connection) {
    const ssize_t count = ::recv(connection.fd.get(), buffer_.data(), buffer_.size(), 0);
    if (count > 0) {
      const std::span<const std::byte> in(buffer_.data(), static_cast<std::size_t>(count));
      return obey(connection, connection.talk.on_bytes(in, turn_));
    }
    if (count == 0) return obey(connection, connection.talk.on_end(turn_));
    if (errno == EAGAIN || errno == EINTR) return wait_for(connection, Interest::kInput);
    close(connection, CloseReason::kReset);
  }

  void discard(Connection& connection) {
    const ssize_t count = ::recv(connection.fd.get(), buffer_.data(), buffer_.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    const Next next =
        count > 0 ? connection.talk.on_discarded(static_cast<std::size_t>(count), turn_) : Next::kClose;
    if (next == Next::kClose) close(connection, connection.talk.close_reason());
  }

  void wait_for_room(Connection& connection, std::size_t sent) {
    connection.talk.on_blocked(sent, turn_);
    connections_.note_deadline(connection);
    wait_for(connection, Interest::kOutput);
  }

  // A connection that cannot be watched would never be heard of again.
  void wait_for(Connection& connection, Interest interest) {
    if (connection.interest == interest) return;
    if (!worker().watch(connection, interest)) return close(connection, CloseReason::kCut);
    connection.interest = interest;
  }

  std::vector<std::byte> buffer_;
};

}  // namespace suite
