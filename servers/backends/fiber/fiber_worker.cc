#include "servers/backends/fiber/fiber_worker.h"

#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <span>
#include <utility>

#include "common/io/flush.h"

namespace suite {
namespace {

constexpr std::size_t kReceiveBytes = 64 * 1024;

}  // namespace

/// One connection, and the fiber that serves it: what StraightLine asks of its io.
struct FiberWorker::Connection final : ServedConnection {
  Connection(FiberWorker& its_worker, Accepted accepted, const LoopContext& context)
      : ServedConnection(std::move(accepted), context),
        worker(its_worker),
        fiber(worker.stacks_, [this] { worker.serve(*this); }) {}

  const Turn& turn() { return worker.turn(); }
  void end_sending() {
    ::shutdown(fd.get(), SHUT_WR);
    worker.note_linger(*this);
  }
  IoReceived receive() { return worker.receive(*this); }
  IoReceived receive_now() { return worker.receive_now(*this); }
  IoSent send() { return worker.send(*this); }

  FiberWorker& worker;
  std::uint32_t armed = 0;  // the events it is registered for; 0: not registered yet
  bool ready = true;        // for what it is armed for; a new one often has its first request there already
  int parts = 0;            // sent since it parked last
  CloseReason end = CloseReason::kCut;
  Fiber fiber;
};

std::expected<void, Error> FiberLoop::run(LoopContext& context) { return FiberWorker(context).run(); }

FiberWorker::FiberWorker(LoopContext& context) : StraightLoop(context), buffer_(kReceiveBytes) {
  context.worker.trim_stack = [this] { running_->fiber.trim_stack(); };
}

void FiberWorker::admit(Accepted accepted) {
  go_on(static_cast<Connection&>(add(std::make_unique<Connection>(*this, std::move(accepted), context()))));
}

void FiberWorker::on_event(const epoll_event& event) {
  // Within one turn no event can name a connection that an earlier event closed: each descriptor comes
  // once, and here a connection is closed only by its own events.
  auto& connection = *static_cast<Connection*>(event.data.ptr);
  connection.ready = true;
  go_on(connection);
}

void FiberWorker::disturb(ServedConnection& connection) { go_on(static_cast<Connection&>(connection)); }

void FiberWorker::go_on(Connection& connection) {
  running_ = &connection;
  connection.fiber.resume();
  if (connection.fiber.done()) close(connection, connection.end);
}

// The body of each fiber.
void FiberWorker::serve(Connection& connection) {
  guarded_connection([&] { connection.end = *StraightLine(connection, connection.talk).open(); });
}

// False where the kernel has no memory to watch it: such a connection would never be heard of again.
bool FiberWorker::park(Connection& connection, std::uint32_t events) {
  if (connection.armed != events) {
    epoll_event event{.events = events, .data = {.ptr = &connection}};
    const int operation = connection.armed == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    if (::epoll_ctl(epoll(), operation, connection.fd.get(), &event) != 0) return false;
    connection.armed = events;
  }
  note_deadline(connection);
  connection.ready = false;
  connection.parts = 0;
  connection.fiber.park();
  return true;
}

std::optional<IoReceived> FiberWorker::receive_once(Connection& connection) {
  const ssize_t count = ::recv(connection.fd.get(), buffer_.data(), buffer_.size(), 0);
  if (count > 0) {
    const std::span<const std::byte> in(buffer_.data(), static_cast<std::size_t>(count));
    return IoReceived{.event = IoEvent::kDone, .bytes = in};
  }
  if (count == 0) return IoReceived{.event = IoEvent::kEnd, .bytes = {}};
  if (errno == EAGAIN || errno == EINTR) return std::nullopt;
  return IoReceived{.event = IoEvent::kBroken, .bytes = {}};
}

IoReceived FiberWorker::receive_now(Connection& connection) {
  ++connection.parts;
  if (const auto event = due(connection)) return {.event = *event, .bytes = {}};
  return receive_once(connection).value_or(IoReceived{.event = IoEvent::kLater, .bytes = {}});
}

IoReceived FiberWorker::receive(Connection& connection) {
  for (;;) {
    if (std::exchange(connection.ready, false)) {
      if (const auto received = receive_once(connection)) return *received;
    }
    if (const auto event = due(connection)) return {.event = *event, .bytes = {}};
    if (!park(connection, EPOLLIN)) return {.event = IoEvent::kCut, .bytes = {}};
  }
}

IoSent FiberWorker::send(Connection& connection) {
  Conversation& talk = connection.talk;
  if (connection.parts >= kPartsPerTurn) {
    talk.on_blocked(0, turn());
    if (!park(connection, EPOLLOUT)) return {.event = IoEvent::kCut, .bytes = 0};
    connection.ready = false;  // to be written to
  }
  for (;;) {
    const FlushResult flushed =
        flush(connection.fd.get(), talk.out(), talk.ends_after_sending() ? Then::kEnds : Then::kStaysOpen);
    switch (flushed.status) {
      case FlushStatus::kDone:
        return {.event = IoEvent::kDone, .bytes = flushed.sent};
      case FlushStatus::kFailed:
        return {.event = IoEvent::kBroken, .bytes = 0};
      case FlushStatus::kBroken:
        return {.event = IoEvent::kLost, .bytes = 0};
      case FlushStatus::kBlocked:
        talk.on_blocked(flushed.sent, turn());
    }
    if (const auto event = due(connection)) return {.event = *event, .bytes = 0};
    if (!park(connection, EPOLLOUT)) return {.event = IoEvent::kCut, .bytes = 0};
    connection.ready = false;  // to be written to
  }
}

}  // namespace suite
