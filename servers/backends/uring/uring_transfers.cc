// What an io_uring worker receives and sends; its turns, accepting and closing are in uring_loop.cc.
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "common/net/transient_error.h"
#include "servers/backends/uring/uring_loop.h"

namespace suite {
namespace {

constexpr std::size_t kMostAhead = 64 * 1024;
// A peer that sends more than this at a time is received from once per answer, as epoll would: what came
// ahead of its turn would have to be copied, and a kernel without a limit (ReceiveBuffers::limited) would
// fill all buffers.
constexpr std::size_t kMostForMultishot = 16 * 1024;

constexpr std::size_t kFedPerTurn = 64;

}  // namespace

// The first receive of a connection is for once: where it closes after one answer nothing is under way then,
// that would have to be ended first.
void UringWorker::receive(Connection& connection) {
  if (connection.receiving || connection.starved) return;
  connection.receiving = true;
  connection.receive_cancelled = false;
  using Receive = ReceiveBuffers::Receive;
  buffers_->prepare(entry(Operation::kReceive, &connection), connection.fd.get(),
                    connection.worth_multishot ? Receive::kOn : Receive::kOnce);
}

// Some in each turn, and only while there are buffers: those that go empty again would fill the completion
// queue.
void UringWorker::receive_for_the_starved() {
  for (std::size_t fed = 0; fed < kFedPerTurn && !starved_.empty() && buffers_->any_left(); ++fed) {
    Connection& connection = *starved_.front();
    starved_.pop_front();
    connection.starved = false;
    if (connection.closing) {
      forget_when_idle(connection);
    } else if (connection.sending == Connection::Sending::kNothing) {
      receive(connection);
    }
  }
}

void UringWorker::on_received(Connection& connection, const io_uring_cqe& completion) {
  if ((completion.flags & IORING_CQE_F_MORE) == 0) connection.receiving = false;
  const bool has_buffer = (completion.flags & IORING_CQE_F_BUFFER) != 0;
  const Chunk chunk = has_buffer ? buffers_->take(completion) : Chunk{};
  if (connection.closing) {
    if (has_buffer) buffers_->give_back(chunk);
    return forget_when_idle(connection);
  }
  if (completion.res > 0) {
    return on_chunk(connection, chunk, (completion.flags & IORING_CQE_F_SOCK_NONEMPTY) != 0);
  }
  if (has_buffer) buffers_->give_back(chunk);
  if (completion.res == -ENOBUFS) {
    connection.starved = true;
    starved_.push_back(&connection);
  } else if (completion.res == 0) {
    connection.ended = true;
    if (connection.sending == Connection::Sending::kNothing) obey(connection, connection.talk.on_end(turn_));
  } else if (completion.res != -ECANCELED && !is_transient(-completion.res)) {
    close(connection, CloseReason::kReset);
  } else if (connection.sending == Connection::Sending::kNothing) {
    receive(connection);  // what it had received ahead is answered by now
  }
}

void UringWorker::on_chunk(Connection& connection, const Chunk& chunk, bool more_waits) {
  const bool bulk = chunk.bytes.size() > kMostForMultishot;
  connection.worth_multishot = !bulk && !more_waits;
  if (bulk) cancel_receive(connection);
  if (connection.sending != Connection::Sending::kNothing) {
    connection.ahead.insert(connection.ahead.end(), chunk.bytes.begin(), chunk.bytes.end());
    buffers_->give_back(chunk);
    if (connection.ahead.size() >= kMostAhead) cancel_receive(connection);
    return;
  }
  if (connection.talk.lingering()) {
    buffers_->give_back(chunk);
    return obey(connection, connection.talk.on_discarded(chunk.bytes.size(), turn_));
  }
  connection.lent = chunk;
  obey(connection, connection.talk.on_bytes(chunk.bytes, turn_));
}

void UringWorker::cancel_receive(Connection& connection) {
  if (!connection.receiving || connection.receive_cancelled) return;
  connection.receive_cancelled = true;
  const auto receive =
      reinterpret_cast<std::uintptr_t>(&connection) | static_cast<std::uint64_t>(Operation::kReceive);
  io_uring_prep_cancel64(&entry(Operation::kNone, nullptr), receive, 0);
}

void UringWorker::let_go(Connection& connection) {
  connection.lent_copy = {};
  if (connection.lent.bytes.empty()) return;
  buffers_->give_back(connection.lent);
  connection.lent = {};
}

void UringWorker::obey(Connection& connection, Next next) {
  if (connection.closing) return;
  while (next != Next::kSend) {
    let_go(connection);
    if (next == Next::kClose) return close(connection, connection.talk.close_reason());
    if (next == Next::kLinger && !connection.shut_down) {
      connection.shut_down = true;
      ::shutdown(connection.fd.get(), SHUT_WR);
      note_linger(connection);
    }
    if (!connection.ahead.empty()) {
      connection.lent_copy.swap(connection.ahead);
      next = next == Next::kLinger ? connection.talk.on_discarded(connection.lent_copy.size(), turn_)
                                   : connection.talk.on_bytes(connection.lent_copy, turn_);
    } else if (connection.ended) {
      next = connection.talk.on_end(turn_);
    } else {
      receive(connection);
      if (next != Next::kReadOrMore) return connections_.note_deadline(connection);
      // What is there is received with the next submission, and comes before the part behind this one.
      next = connection.talk.on_no_input(turn_);
    }
  }
  if (connection.sending == Connection::Sending::kNothing) send(connection);
}

void UringWorker::send(Connection& connection) {
  constexpr int kAtOnceOrBack = MSG_NOSIGNAL | MSG_DONTWAIT | MSG_WAITALL;
  const int flags = kAtOnceOrBack | (connection.talk.ends_after_sending() ? MSG_MORE : 0);
  Message& message = next_message();
  const std::size_t count = connection.talk.out().gather(message.pieces);
  if (count == 0) return close(connection, CloseReason::kCut);
  io_uring_sqe& send = entry(Operation::kSendAtOnce, &connection);
  connection.asked_to_send = 0;
  for (const iovec& piece : std::span(message.pieces).first(count)) connection.asked_to_send += piece.iov_len;
  if (count == 1) {
    io_uring_prep_send(&send, connection.fd.get(), message.pieces[0].iov_base, message.pieces[0].iov_len,
                       flags);
  } else {
    ++messages_used_;
    message.header.msg_iov = message.pieces.data();
    message.header.msg_iovlen = count;
    io_uring_prep_sendmsg(&send, connection.fd.get(), &message.header, static_cast<unsigned>(flags));
  }
  send.flags |= IOSQE_CQE_SKIP_SUCCESS;
  connection.sending = Connection::Sending::kAtOnce;
  connection.came_back = false;
  sending_.push_back(&connection);
}

UringWorker::Message& UringWorker::next_message() {
  if (messages_used_ == messages_.size()) messages_.push_back(std::make_unique<Message>());
  return *messages_[messages_used_];
}

void UringWorker::finish_send(Connection& connection) {
  connection.sending = Connection::Sending::kNothing;
  if (connection.closing) return forget_when_idle(connection);
  const bool came_back = connection.came_back;
  if (came_back && connection.sent_instead < 0 && !is_transient(-connection.sent_instead)) {
    return close(connection, CloseReason::kReset);
  }
  const std::size_t sent =
      came_back ? static_cast<std::size_t>(std::max(connection.sent_instead, 0)) : connection.asked_to_send;
  OutBuffer& out = connection.talk.out();
  out.advance(sent);
  if (out.empty()) return obey(connection, connection.talk.on_sent(sent, turn_));
  if (came_back) return wait_for_room(connection, sent);
  connection.talk.on_sending(sent, turn_);
  connections_.note_deadline(connection);
  send(connection);
}

// Rather than a send that waits: that would hold a window of a file for as long as the peer likes.
void UringWorker::wait_for_room(Connection& connection, std::size_t sent) {
  connection.talk.on_blocked(sent, turn_);
  connection.talk.out().release_window();
  let_go(connection);
  connections_.note_deadline(connection);
  connection.sending = Connection::Sending::kWaits;
  io_uring_prep_poll_add(&entry(Operation::kWaitForRoom, &connection), connection.fd.get(), POLLOUT);
}

}  // namespace suite
