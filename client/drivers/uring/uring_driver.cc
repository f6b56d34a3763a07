#include "client/drivers/uring/uring_driver.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <optional>
#include <system_error>

namespace suite {
namespace {

constexpr unsigned kSubmissions = 1024;
constexpr std::size_t kFewestCompletions = 4096, kMostCompletions = 32768;
constexpr std::size_t kReceiveBytes = 256 * 1024;
constexpr std::chrono::seconds kLongestWait{60};

// An operation and the address of its socket share a completion's user_data.
constexpr std::uint64_t kOperationMask = 7;

// A connection has two at a time, as a rule: what it received, and a send that came back.
unsigned completions_for(std::size_t connections) {
  return static_cast<unsigned>(
      std::clamp(std::bit_ceil(2 * connections), kFewestCompletions, kMostCompletions));
}

}  // namespace

std::expected<std::unique_ptr<Driver>, Error> UringDriver::open(const DriverOptions& options,
                                                                const EventFd& interrupt) {
  auto ring = Uring::open({.submissions = kSubmissions, .completions = completions_for(options.connections)});
  if (!ring) return std::unexpected(std::move(ring.error()));
  auto buffers = ReceiveBuffers::open(**ring);
  if (!buffers) return std::unexpected(std::move(buffers.error()));
  auto driver = std::make_unique<UringDriver>(options, std::move(*ring), std::move(*buffers));
  io_uring_prep_poll_add(&driver->entry(Operation::kInterrupt, nullptr), interrupt.fd(), POLLIN);
  return driver;
}

UringDriver::UringDriver(const DriverOptions& options, std::unique_ptr<Uring> ring,
                         std::unique_ptr<ReceiveBuffers> buffers)
    : options_(options),
      ring_(std::move(ring)),
      buffers_(std::move(buffers)),
      slots_(options.connections),
      buffer_(kReceiveBytes),
      woken_(clock_.latest()) {}

UringDriver::~UringDriver() {
  try {
    close_all();
  } catch (const std::system_error&) {
    parting_ = 0;  // the ring failed, and takes all of it along
  }
}

UringDriver::Socket* UringDriver::subject_of(const io_uring_cqe& completion) {
  static_assert(alignof(Socket) > kOperationMask);
  return std::bit_cast<Socket*>(completion.user_data & ~kOperationMask);
}

io_uring_sqe& UringDriver::entry(Operation operation, const Socket* subject) {
  io_uring_sqe& entry = ring_->next_entry();
  // Preparing an entry leaves its user_data alone.
  entry.user_data = reinterpret_cast<std::uintptr_t>(subject) | static_cast<std::uint64_t>(operation);
  return entry;
}

void UringDriver::cancel(Operation operation, const Socket& subject) {
  const auto key = reinterpret_cast<std::uintptr_t>(&subject) | static_cast<std::uint64_t>(operation);
  io_uring_sqe& cancelling = entry(Operation::kNone, nullptr);
  io_uring_prep_cancel64(&cancelling, key, 0);
  cancelling.flags |= IOSQE_CQE_SKIP_SUCCESS;
}

void UringDriver::watch(Socket& socket, Operation operation, unsigned events) {
  io_uring_prep_poll_add(&entry(operation, &socket), socket.fd.get(), events);
}

// --- Turns ----------------------------------------------------------------------------------------------

Driver::Turn UringDriver::turn(TimePoint until, DriverEvents& events) {
  start_receiving(events);
  wait(until);
  woken_ = clock_.read();
  report_failed_openings(events);
  take_completions(events);
  return {.now = woken_, .woken = interrupted_ ? Woken::kByInterrupt : Woken::kByEvents};
}

void UringDriver::wait(TimePoint until) {
  hurried_ = false;
  std::erase_if(sending_, [this](Socket* socket) { return !prepare_send(*socket); });
  const bool has_to_go_on = hurried_ || unsettled_ || interrupted_ || !failed_openings_.empty() ||
                            !starved_.empty() || until <= clock_.latest();
  if (has_to_go_on) return ring_->submit_and_look();
  submit_and_wait(until);
}

void UringDriver::submit_and_wait(TimePoint until) {
  if (!options_.busy_poll) {
    const std::chrono::nanoseconds left =
        std::min<std::chrono::nanoseconds>(clock_.left(until), kLongestWait);
    return ring_->submit_and_wait(std::max(left, std::chrono::nanoseconds(0)));
  }
  do ring_->submit_and_look();
  while (!ring_->any_completion() && clock_.read() < until);
}

// A send at once has been tried by the time that its submission returns, and has a completion only where not
// all of it was taken. So those that have none are done, once all completions can be seen. Entries that are
// submitted in the middle of this, for want of room, have theirs behind those that are looked at here.
void UringDriver::take_completions(DriverEvents& events) {
  const unsigned count = ring_->peek_completions([](const io_uring_cqe& completion) {
    if (static_cast<Operation>(completion.user_data & kOperationMask) != Operation::kSendAtOnce) return;
    Socket& socket = *subject_of(completion);
    socket.came_back = true;
    socket.sent_instead = completion.res;
  });
  unsettled_ = !ring_->settled();
  if (!unsettled_) finish_sends(events);
  ring_->take_completions(count, [&](const io_uring_cqe& completion) { dispatch(completion, events); });
  feed_the_starved();
}

void UringDriver::dispatch(const io_uring_cqe& completion, DriverEvents& events) {
  const auto operation = static_cast<Operation>(completion.user_data & kOperationMask);
  if (operation == Operation::kNone || operation == Operation::kSendAtOnce) return;
  if (operation == Operation::kInterrupt) {
    interrupted_ = true;
    return;
  }
  Socket& socket = *subject_of(completion);
  note_end_of(operation, socket, completion);
  if (socket.closing) {
    drop_received(completion);
    return forget_when_idle(socket);
  }
  if (operation == Operation::kConnect) return finish_connecting(socket, events);
  if (operation == Operation::kReceive) return on_received(socket, completion, events);
  if (operation == Operation::kReadable) return receive_by_hand(socket, events);
  send_with_next_turn(socket);
}

// What the completion says of the operation itself: a multishot receive goes on.
void UringDriver::note_end_of(Operation operation, Socket& socket, const io_uring_cqe& completion) {
  if (operation == Operation::kConnect) socket.connecting = false;
  if (operation == Operation::kReceive) socket.receiving = (completion.flags & IORING_CQE_F_MORE) != 0;
  if (operation == Operation::kReadable) socket.watching = false;
  if (operation == Operation::kRoom) socket.sending = Socket::Sending::kNothing;
}

void UringDriver::drop_received(const io_uring_cqe& completion) {
  if ((completion.flags & IORING_CQE_F_BUFFER) != 0) buffers_->give_back(buffers_->take(completion));
}

// --- Connections ----------------------------------------------------------------------------------------

UringDriver::Socket& UringDriver::place_for(Attempt attempt, ConnectionId id) {
  if (free_.empty()) free_.push_back(&sockets_.emplace_back());
  Socket& socket = *free_.back();
  free_.pop_back();
  socket = {.fd = std::move(attempt.fd), .id = id, .unsent = {}};
  return *(slots_[id] = &socket);
}

Driver::Opening UringDriver::open(ConnectionId id, const Endpoint& target) {
  Attempt attempt = start_connecting(target, options_.sources.of(id), options_.sockets);
  const Attempt::Outcome outcome = attempt.outcome;
  if (outcome == Attempt::Outcome::kBusy) return Opening::kBusy;
  if (outcome == Attempt::Outcome::kFailed) {
    if (attempt.error_number == EMFILE && parting_ > 0) return Opening::kBusy;
    failed_openings_.emplace_back(id, attempt.error_number);
    return Opening::kStarted;
  }
  Socket& socket = place_for(std::move(attempt), id);
  socket.discards = !target.is_unix();
  if (outcome == Attempt::Outcome::kConnected) {
    receive_later(socket);
    return Opening::kOpen;
  }
  socket.connecting = true;
  watch(socket, Operation::kConnect, POLLOUT);
  return Opening::kStarted;
}

void UringDriver::report_failed_openings(DriverEvents& events) {
  for (const auto& [id, error_number] : std::exchange(failed_openings_, {})) {
    events.on_broken(id, {.kind = Break::Kind::kNotOpened, .error_number = error_number}, woken_);
  }
}

void UringDriver::finish_connecting(Socket& socket, DriverEvents& events) {
  const ConnectionId id = socket.id;
  if (const int error = pending_error(socket.fd.get()); error != 0) {
    close(id);
    return events.on_broken(id, {.kind = Break::Kind::kNotOpened, .error_number = error}, woken_);
  }
  receive_later(socket);
  events.on_connected(id, woken_);
}

void UringDriver::break_off(Socket& socket, int error_number, DriverEvents& events) {
  if (options_.sockets.close == SocketPlan::Close::kReset) set_reset_on_close(socket.fd.get(), false);
  const ConnectionId id = socket.id;
  close(id);
  events.on_broken(id, break_of(error_number), clock_.latest());
}

// A close(2) neither ends what is under way on a socket nor sends a FIN while something is.
void UringDriver::close(ConnectionId id) {
  Socket* const socket = std::exchange(slots_[id], nullptr);
  if (socket == nullptr) return;
  // Its last words, as far as the kernel takes them: with the next turn their memory may be another's.
  if (socket->sending == Socket::Sending::kWithNextTurn) {
    static_cast<void>(
        ::send(socket->fd.get(), socket->unsent.data(), socket->unsent.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
  }
  socket->closing = true;
  ++parting_;
  if (socket->connecting) cancel(Operation::kConnect, *socket);
  if (socket->receiving && !socket->cancelled) cancel(Operation::kReceive, *socket);
  if (socket->watching) cancel(Operation::kReadable, *socket);
  if (socket->sending == Socket::Sending::kWaits) cancel(Operation::kRoom, *socket);
  forget_when_idle(*socket);
}

void UringDriver::forget_when_idle(Socket& socket) {
  if (socket.busy()) return;
  socket.fd.reset();
  free_.push_back(&socket);
  --parting_;
}

// Nobody is told anything any more. What was to be sent with the next turn is not: its memory may be gone.
void UringDriver::close_all() {
  for (Socket& socket : sockets_) {
    if (socket.sending == Socket::Sending::kWithNextTurn) socket.sending = Socket::Sending::kNothing;
  }
  for (ConnectionId id = 0; id < slots_.size(); ++id) close(id);
  for (Socket& socket : sockets_) {
    const bool waits = socket.sending == Socket::Sending::kWaits;
    if (!waits) socket.sending = Socket::Sending::kNothing;
    socket.to_receive = socket.starved = false;
    if (socket.closing && socket.fd) forget_when_idle(socket);
  }
  constexpr int kMostTurns = 1000;
  for (int turns = 0; parting_ > 0 && turns < kMostTurns; ++turns) {
    ring_->submit_and_wait(std::chrono::milliseconds(1));
    const unsigned count = ring_->peek_completions([](const io_uring_cqe&) {});
    ring_->take_completions(count, [this](const io_uring_cqe& completion) {
      Socket* const socket = subject_of(completion);
      if (socket == nullptr) return;
      note_end_of(static_cast<Operation>(completion.user_data & kOperationMask), *socket, completion);
      drop_received(completion);
      if (socket->fd) forget_when_idle(*socket);
    });
  }
}

}  // namespace suite
