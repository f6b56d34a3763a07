#include "servers/backends/uring/uring_loop.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <new>
#include <span>

#include "common/net/endpoint.h"

namespace suite {
namespace {

constexpr unsigned kSubmissions = 1024;
constexpr unsigned kCompletions = 4096;
// A multishot accept takes all that wait at once. Nearer to the bound, connections are accepted one by one:
// those above it are to wait in the backlog. More than that wait only where somebody raised
// net.core.somaxconn.
constexpr std::size_t kRoomForMultishotAccept = 4096 + 64;

// An operation and the address of its connection share a completion's user_data.
constexpr std::uint64_t kOperationBits = 7;
static_assert(alignof(UringConnection) > kOperationBits);

UringConnection* subject_of(const io_uring_cqe& completion) {
  return std::bit_cast<UringConnection*>(completion.user_data & ~kOperationBits);
}

Endpoint peer_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return Endpoint(reinterpret_cast<const sockaddr*>(&address), size);
}

}  // namespace

std::expected<void, Error> UringLoop::run(LoopContext& context) {
  auto worker = UringWorker::open(context);
  if (!worker) return std::unexpected(std::move(worker.error()));
  context.on_ready();
  (*worker)->run();
  return {};
}

std::expected<std::unique_ptr<UringWorker>, Error> UringWorker::open(LoopContext& context) {
  auto ring = Uring::open({.submissions = kSubmissions, .completions = kCompletions});
  if (!ring) return std::unexpected(std::move(ring.error()));
  auto buffers = ReceiveBuffers::open(**ring);
  if (!buffers) return std::unexpected(std::move(buffers.error()));
  auto worker = std::make_unique<UringWorker>(context, std::move(*ring), std::move(*buffers));
  io_uring_prep_poll_add(&worker->entry(Operation::kStop, nullptr), context.stop_fd, POLLIN);
  worker->arm_listener(true);
  return worker;
}

UringWorker::UringWorker(LoopContext& context, std::unique_ptr<Uring> ring,
                         std::unique_ptr<ReceiveBuffers> buffers)
    : WorkerFrame(context), ring_(std::move(ring)), buffers_(std::move(buffers)) {}

void UringWorker::run() {
  while (!finished()) turn();
  ring_->submit_and_look();  // the last closes
}

bool UringWorker::finished() const { return WorkerFrame::finished() && !accept_pending_; }

void UringWorker::turn() {
  wait();
  take_completions();
  if (told_to_stop_ && !turn_.draining) {
    // What has arrived by now belongs to the time before the stop.
    ring_->submit_and_look();
    take_completions();
    start_drain();
  }
  expire_deadlines();
}

// The end of a send at once is no completion to wake up for, and may have consequences: a close, a deadline.
void UringWorker::wait() {
  const bool has_fed_some_only = !starved_.empty() && buffers_->any_left();
  if (context_.limits.busy_poll || !sending_.empty() || has_fed_some_only) {
    ring_->submit_and_look();
  } else if (const auto until = next_wake()) {
    const auto left = *until - std::chrono::steady_clock::now();
    ring_->submit_and_wait(std::max<std::chrono::nanoseconds>(left, std::chrono::nanoseconds(0)));
  } else {
    ring_->submit_and_wait(std::nullopt);
  }
  messages_used_ = 0;
}

// A send at once has been tried by the time that its submission returns, and has a completion only where not
// all of it was taken. So those that have none are done, once all completions can be seen. Entries that are
// submitted in the middle of this, for want of room, have theirs behind those that are looked at here.
void UringWorker::take_completions() {
  read_clock();
  const unsigned count = ring_->peek_completions([](const io_uring_cqe& completion) {
    if (static_cast<Operation>(completion.user_data & kOperationBits) != Operation::kSendAtOnce) return;
    Connection& connection = *subject_of(completion);
    connection.came_back = true;
    connection.sent_instead = completion.res;
  });
  if (ring_->settled()) {
    finishing_.swap(sending_);
    for (Connection* const connection : finishing_) finish_send(*connection);
    finishing_.clear();
  }
  ring_->take_completions(count, [this](const io_uring_cqe& completion) { dispatch(completion); });
  receive_for_the_starved();
}

void UringWorker::dispatch(const io_uring_cqe& completion) {
  Connection* const connection = subject_of(completion);
  switch (static_cast<Operation>(completion.user_data & kOperationBits)) {
    case Operation::kNone:
    case Operation::kSendAtOnce:
      return;
    case Operation::kStop:
      told_to_stop_ = true;
      return;
    case Operation::kAccept:
      return on_accepted(completion);
    case Operation::kReceive:
      return on_received(*connection, completion);
    case Operation::kWaitForRoom:
      connection->sending = Connection::Sending::kNothing;
      if (connection->closing) return forget_when_idle(*connection);
      return send(*connection);
  }
}

io_uring_sqe& UringWorker::entry(Operation operation, const void* subject) {
  io_uring_sqe& entry = ring_->next_entry();
  // Preparing an entry leaves its user_data alone.
  entry.user_data = reinterpret_cast<std::uintptr_t>(subject) | static_cast<std::uint64_t>(operation);
  return entry;
}

void UringWorker::on_accepted(const io_uring_cqe& completion) {
  if ((completion.flags & IORING_CQE_F_MORE) == 0) {
    accept_pending_ = false;
    listener_armed_ = false;  // the frame arms it again, where it may
  }
  if (completion.res >= 0) {
    UniqueFd socket(completion.res);
    const Endpoint peer = peer_of(socket.get());
    try {
      open_connection({.status = AcceptStatus::kAccepted, .fd = std::move(socket), .peer = peer});
    } catch (const std::bad_alloc&) {
      gate_.on_exhausted(turn_.now);
    }
    if (listener_armed_ && !has_room_for_multishot_accept()) arm_listener(false);
    return;
  }
  const AcceptStatus status = accept_status_of(-completion.res);
  if (status == AcceptStatus::kExhausted) gate_.on_exhausted(turn_.now);
  // Other than by this worker's own doing: another one has shut the shared listener down.
  if (status == AcceptStatus::kEnded && completion.res != -ECANCELED) listener_ended_ = true;
}

bool UringWorker::has_room_for_multishot_accept() const {
  return connections_.size() + kRoomForMultishotAccept <= context_.limits.max_connections;
}

bool UringWorker::watch_listener(bool watched) {
  if (!watched) {
    io_uring_prep_cancel64(&entry(Operation::kNone, nullptr), static_cast<std::uint64_t>(Operation::kAccept),
                           0);
    return true;
  }
  if (accept_pending_ || listener_ended_) return false;
  accept_pending_ = true;
  io_uring_sqe& accept = entry(Operation::kAccept, nullptr);
  const int fd = context_.listener.fd();
  if (has_room_for_multishot_accept()) {
    io_uring_prep_multishot_accept(&accept, fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  } else {
    io_uring_prep_accept(&accept, fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  }
  return true;
}

void UringWorker::open_connection(Accepted accepted) {
  ++context_.worker.totals.connections;
  Connection& connection = connections_.add(
      std::make_unique<Connection>(std::move(accepted.fd), context_.make_session(accepted.peer), context_));
  const Next next = connection.talk.on_opened(turn_);
  if (turn_.draining) return drain_connection(connection);
  obey(connection, next);
}

// What is received is in the kernel's queue, or ahead: no completion waits, see turn().
void UringWorker::drain_connection(Connection& connection) {
  if (connection.closing) return;
  const std::size_t unread = connection.ahead.size() + unread_bytes(connection.fd.get());
  obey(connection, connection.talk.on_drain(unread, turn_));
}

// A connection that sends at once is asked for its deadline again when it has.
void UringWorker::on_due(Connection& connection) {
  if (connection.closing || connection.sending == Connection::Sending::kAtOnce) return;
  obey(connection, connection.talk.on_deadline(turn_));
}

void UringWorker::close(Connection& connection, CloseReason reason) {
  if (connection.closing) return;
  connection.closing = true;
  connection.talk.on_closed(reason);
  // Ends what is under way; a close alone would not, and would send no FIN meanwhile.
  if (connection.busy()) ::shutdown(connection.fd.get(), SHUT_RDWR);
  forget_when_idle(connection);
}

void UringWorker::forget_when_idle(Connection& connection) {
  if (connection.busy()) return;
  let_go(connection);
  io_uring_sqe& closing = entry(Operation::kNone, nullptr);
  io_uring_prep_close(&closing, connection.fd.release());
  closing.flags |= IOSQE_CQE_SKIP_SUCCESS;
  connections_.take(connection);
  gate_.on_close();
}

}  // namespace suite
