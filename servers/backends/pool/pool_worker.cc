#include "servers/backends/pool/pool_worker.h"

#include <sys/socket.h>
#include <fmt/format.h>

#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "common/process/affinity.h"

namespace suite {

struct PoolWorker::Connection final : ServedConnection {
  using ServedConnection::ServedConnection;
  bool resting = false;     // in epoll; otherwise in the queue or with a thread
  bool registered = false;  // with epoll
  bool opened = false;
};

/// What a thread does with a connection from its getting it to its giving it back: one read, and all that
/// follows from it. A connection that always has more to say has to let the others go first.
class PoolWorker::Visit : public Io {
 public:
  Visit(PoolWorker& worker, Connection& connection, std::span<std::byte> buffer)
      : Io(worker, connection, buffer), connection_(connection) {}

  // What has arrived counts before a deadline that passed while the connection waited for a thread.
  IoReceived receive() {
    if (!std::exchange(has_read_, true)) {
      if (const auto received = receive_once(MSG_DONTWAIT)) return *received;
    }
    return {.event = due().value_or(IoEvent::kLater), .bytes = {}};
  }
  IoReceived receive_now() {
    ++parts_;
    return Io::receive_now();
  }
  // Blocked, it is the connection that waits, not the thread; the buffer stays with the thread.
  IoSent send() {
    const IoSent sent = parts_ < kPartsPerTurn ? send_some() : IoSent{.event = IoEvent::kLater, .bytes = 0};
    if (sent.event != IoEvent::kLater) return sent;
    connection_.talk.on_blocked(0, turn());
    return {.event = due().value_or(IoEvent::kLater), .bytes = 0};
  }

 private:
  Connection& connection_;
  bool has_read_ = false;
  int parts_ = 0;
};

std::expected<void, Error> PoolLoop::run(LoopContext& context) { return PoolWorker(context).run(); }

std::expected<void, Error> PoolWorker::open() {
  for (std::size_t i = 0; i < context().threads; ++i) {
    try {
      threads_.emplace_back([this, i, buffer = std::make_unique_for_overwrite<std::byte[]>(kReceiveBytes)] {
        work(i, {buffer.get(), kReceiveBytes});
      });
    } catch (const std::exception& error) {
      return std::unexpected(Error{.what = fmt::format("start thread {} of the pool", i + 1),
                                   .why = error.what(),
                                   .advice = "give fewer --workers"});
    }
  }
  lock().wait(changed_, [this] { return serving_ == threads_.size(); });
  return {};
}

void PoolWorker::end_threads() {
  over_ = true;
  changed_.notify_all();
  lock().released([this] {
    for (std::thread& thread : threads_) thread.join();
  });
}

// The first request is often there already, so a connection does not go to epoll first.
void PoolWorker::admit(Accepted accepted) {
  hand_over(static_cast<Connection&>(add(std::make_unique<Connection>(std::move(accepted), context()))));
}

void PoolWorker::on_event(const epoll_event& event) { hand_over(*static_cast<Connection*>(event.data.ptr)); }

// Whoever has it looks for itself before it lets go. Taken out of epoll, which reports errors and hang-ups
// whatever it was asked for.
void PoolWorker::disturb(ServedConnection& served) {
  auto& connection = static_cast<Connection&>(served);
  if (!connection.resting) return;
  ::epoll_ctl(epoll(), EPOLL_CTL_DEL, connection.fd.get(), nullptr);
  connection.registered = false;
  hand_over(connection);
}

void PoolWorker::hand_over(Connection& connection) {
  connection.resting = false;
  ready_.push_back(&connection);
  changed_.notify_one();
}

// With the lock held, so that the connection cannot be handed over and closed before it rests.
bool PoolWorker::rest(Connection& connection) {
  note_deadline(connection);
  connection.resting = arm(connection, connection.talk.out().empty() ? EPOLLIN : EPOLLOUT);
  return connection.resting;
}

// Fails only where the kernel has no memory for it.
bool PoolWorker::arm(Connection& connection, std::uint32_t events) {
  epoll_event event{.events = events | EPOLLONESHOT, .data = {.ptr = &connection}};
  const int operation = std::exchange(connection.registered, true) ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  return ::epoll_ctl(epoll(), operation, connection.fd.get(), &event) == 0;
}

void PoolWorker::work(std::size_t index, std::span<std::byte> buffer) {
  if (context().pin) pin_to_nth_cpu(index);
  const std::lock_guard held(lock());
  ++serving_;
  changed_.notify_all();
  for (;;) {
    lock().wait(changed_, [this] { return over_ || !ready_.empty(); });
    if (ready_.empty()) break;
    Connection& connection = *ready_.front();
    ready_.pop_front();
    guarded([&] { visit(connection, buffer); });
  }
  count_cpu_time();
}

void PoolWorker::visit(Connection& connection, std::span<std::byte> buffer) {
  read_clock();
  Visit io(*this, connection, buffer);
  StraightLine line(io, connection.talk);
  std::optional<CloseReason> end = CloseReason::kCut;
  guarded_connection([&] { end = std::exchange(connection.opened, true) ? line.go_on() : line.open(); });
  if (!end && !rest(connection)) end = CloseReason::kCut;
  if (end) close(connection, *end);
}

}  // namespace suite
