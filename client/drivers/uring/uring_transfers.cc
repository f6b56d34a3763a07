// What an io_uring driver receives and sends; its turns, opening and closing are in uring_driver.cc.
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "client/drivers/uring/uring_driver.h"
#include "common/net/transient_error.h"

namespace suite {
namespace {

constexpr std::size_t kFedPerTurn = 64;
constexpr std::size_t kMostAtOnce = std::size_t{1} << 20;  // a completion's result has 31 bits

}  // namespace

// --- Receiving ------------------------------------------------------------------------------------------

// With the next turn: then the workload knows what it wants.
void UringDriver::receive_later(Socket& socket) {
  if (std::exchange(socket.to_receive, true)) return;
  to_receive_.push_back(&socket);
}

void UringDriver::start_receiving(DriverEvents& events) {
  for (std::size_t i = 0; i < to_receive_.size(); ++i) {
    Socket& socket = *to_receive_[i];
    socket.to_receive = false;
    if (socket.closing) {
      forget_when_idle(socket);
    } else {
      receive(socket, events);
    }
  }
  to_receive_.clear();
}

// The first receive of a connection is for once: where it closes after one answer nothing is under way then,
// that would have to be ended first.
void UringDriver::receive(Socket& socket, DriverEvents& events) {
  socket.by_hand |= socket.discards && wants_discarding(events.appetite(socket.id));
  if (socket.by_hand) {
    socket.watching = true;
    return watch(socket, Operation::kReadable, POLLIN | POLLRDHUP);
  }
  socket.receiving = true;
  socket.cancelled = false;
  io_uring_sqe& receive = entry(Operation::kReceive, &socket);
  using Receive = ReceiveBuffers::Receive;
  buffers_->prepare(receive, socket.fd.get(), socket.received_before ? Receive::kOn : Receive::kOnce);
  // Nothing is there yet, as a rule. One that goes on would then never look at what is: it waits for changes.
  if (!socket.received_before) receive.ioprio |= IORING_RECVSEND_POLL_FIRST;
}

// Some in each turn: those that go empty again would fill the completion queue.
void UringDriver::feed_the_starved() {
  for (std::size_t fed = 0; fed < kFedPerTurn && !starved_.empty(); ++fed) {
    Socket& socket = *starved_.front();
    starved_.pop_front();
    socket.starved = false;
    if (socket.closing) {
      forget_when_idle(socket);
    } else {
      receive_later(socket);
    }
  }
}

void UringDriver::on_received(Socket& socket, const io_uring_cqe& completion, DriverEvents& events) {
  if (completion.res > 0) return on_chunk(socket, buffers_->take(completion), events);
  drop_received(completion);
  if (completion.res == -ENOBUFS) {
    socket.starved = true;
    starved_.push_back(&socket);
  } else if (completion.res == -ECANCELED || is_transient(-completion.res)) {
    receive_later(socket);  // cancelled: by hand, from now on
  } else {
    break_off(socket, completion.res < 0 ? -completion.res : socket.send_error, events);
  }
}

void UringDriver::on_chunk(Socket& socket, const ReceiveBuffers::Chunk& chunk, DriverEvents& events) {
  socket.received_before = true;
  socket.held = true;
  events.on_received(socket.id, chunk.bytes, woken_);
  buffers_->give_back(chunk);
  if (!socket.closing) send(socket.id, events);
  socket.held = false;
  if (socket.closing) return forget_when_idle(socket);
  if (!socket.receiving) return receive_later(socket);
  if (!socket.discards || socket.cancelled || !wants_discarding(events.appetite(socket.id))) return;
  socket.by_hand = socket.cancelled = true;
  cancel(Operation::kReceive, socket);
}

// One receive, and another one where that brought all it could and was kept short on purpose.
void UringDriver::receive_by_hand(Socket& socket, DriverEvents& events) {
  socket.held = true;
  while (receive_some(socket, events)) continue;
  if (!socket.closing) send(socket.id, events);
  socket.held = false;
  if (socket.closing) return forget_when_idle(socket);
  receive_later(socket);
}

bool UringDriver::receive_some(Socket& socket, DriverEvents& events) {
  const Reception reception =
      receive_once(socket.fd.get(), events.appetite(socket.id), buffer_, socket.discards);
  if (is_transient(reception.error_number)) return false;
  const TimePoint now = clock_.read();
  if (reception.count <= 0) {
    break_off(socket, reception.count < 0 ? reception.error_number : socket.send_error, events);
    return false;
  }
  const auto received = static_cast<std::size_t>(reception.count);
  if (reception.discarded) {
    events.on_discarded(socket.id, received, now);
    if (socket.closing) return false;
    sleep_through(socket.fd.get(), events.appetite(socket.id).to_reply, socket.low_water);
  } else {
    events.on_received(socket.id, std::span(buffer_).first(received), now);
  }
  return !socket.closing && was_kept_short(reception, buffer_.size());
}

// --- Sending --------------------------------------------------------------------------------------------

void UringDriver::send(ConnectionId id, DriverEvents& events) {
  Socket* const socket = slots_[id];
  if (socket == nullptr || socket->connecting || socket->send_error != 0) return;
  if (socket->sending != Socket::Sending::kNothing) {
    socket->send_again = true;
    return;
  }
  const auto all = events.next_bytes(id);
  if (all.empty()) return;
  socket->unsent = all.first(std::min(all.size(), kMostAtOnce));
  socket->send_again = events.on_sent(id, socket->unsent.size());
  send_with_next_turn(*socket);
}

void UringDriver::send_with_next_turn(Socket& socket) {
  socket.sending = Socket::Sending::kWithNextTurn;
  sending_.push_back(&socket);
}

// False: there is nothing to send any more.
bool UringDriver::prepare_send(Socket& socket) {
  if (socket.sending == Socket::Sending::kAtOnce) return true;  // submitted already
  if (socket.closing) {
    socket.sending = Socket::Sending::kNothing;
    forget_when_idle(socket);
    return false;
  }
  constexpr int kAtOnceOrBack = MSG_NOSIGNAL | MSG_DONTWAIT | MSG_WAITALL;
  socket.sending = Socket::Sending::kAtOnce;
  socket.came_back = false;
  hurried_ |= socket.send_again;
  io_uring_sqe& send = entry(Operation::kSendAtOnce, &socket);
  io_uring_prep_send(&send, socket.fd.get(), socket.unsent.data(), socket.unsent.size(), kAtOnceOrBack);
  send.flags |= IOSQE_CQE_SKIP_SUCCESS;
  return true;
}

void UringDriver::finish_sends(DriverEvents& events) {
  finishing_.swap(sending_);
  for (Socket* const socket : finishing_) finish_send(*socket, events);
  finishing_.clear();
}

void UringDriver::finish_send(Socket& socket, DriverEvents& events) {
  socket.sending = Socket::Sending::kNothing;
  if (socket.closing) return forget_when_idle(socket);
  const bool came_back = socket.came_back;
  if (came_back && socket.sent_instead < 0 && !is_transient(-socket.sent_instead)) {
    socket.send_error = -socket.sent_instead;  // what had arrived before is still to be read
    ::shutdown(socket.fd.get(), SHUT_RDWR);    // for want of memory, say, the end would not come by itself
    return;
  }
  const auto all = static_cast<std::int32_t>(socket.unsent.size());
  const std::int32_t sent = came_back ? std::max(socket.sent_instead, 0) : all;
  socket.unsent = socket.unsent.subspan(static_cast<std::size_t>(sent));
  if (!socket.unsent.empty()) {
    socket.sending = Socket::Sending::kWaits;
    return watch(socket, Operation::kRoom, POLLOUT);
  }
  if (std::exchange(socket.send_again, false)) send(socket.id, events);
}

}  // namespace suite
