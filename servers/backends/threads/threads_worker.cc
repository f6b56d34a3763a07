#include "servers/backends/threads/threads_worker.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <span>
#include <utility>

#include "common/process/stack_pages.h"

namespace suite {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kStackBytes = 1024 * 1024;
#else
// HTTP's deepest answer takes less than a quarter of it. What is never touched costs no memory.
constexpr std::size_t kStackBytes = 64 * 1024;
#endif

/// Ends a system call that waits and does nothing else. By default it would be ignored, too.
constexpr int kInterrupt = SIGURG;

constexpr std::size_t kMostUnjoined = 64;  // an ended thread keeps its stack until somebody joins it

void set_receive_timeout(int fd, ::suseconds_t microseconds) {
  const ::timeval timeout{.tv_sec = 0, .tv_usec = microseconds};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
}

void set_blocking(int fd) {
  int non_blocking = 0;
  ::ioctl(fd, FIONBIO, &non_blocking);
}

}  // namespace

struct ThreadsWorker::Connection final : ServedConnection {
  Connection(ThreadsWorker& its_worker, Accepted accepted, const LoopContext& context)
      : ServedConnection(std::move(accepted), context), worker(its_worker) {}
  ThreadsWorker& worker;
  std::unique_ptr<std::byte[]> buffer;  // of kReceiveBytes
  std::optional<SmallThread> thread;
  bool waiting = false;    // in recv, or on the way into it
  bool disturbed = false;  // its socket has a receive time-out
};

/// A connection on its own thread, which waits for it.
class ThreadsWorker::Talk : public Io {
 public:
  Talk(ThreadsWorker& worker, Connection& connection, std::span<std::byte> buffer)
      : Io(worker, connection, buffer), worker_(worker), connection_(connection) {}

  IoReceived receive() {
    for (;;) {
      if (const auto event = due()) return {.event = *event, .bytes = {}};
      worker_.note_deadline(connection_);
      connection_.waiting = true;
      const auto received = receive_once(0);
      connection_.waiting = false;
      if (std::exchange(connection_.disturbed, false)) set_receive_timeout(connection_.fd.get(), 0);
      if (received) return *received;
    }
  }
  IoSent send() {
    for (;;) {
      const IoSent sent = send_some();
      if (sent.event != IoEvent::kLater) return sent;
      if (const auto event = due()) return {.event = *event, .bytes = 0};
      wait_until_writable();
    }
  }

 private:
  ThreadsWorker& worker_;
  Connection& connection_;
};

std::expected<void, Error> ThreadsLoop::run(LoopContext& context) { return ThreadsWorker(context).run(); }

std::expected<void, Error> ThreadsWorker::open() {
  struct ::sigaction action{};
  action.sa_handler = [](int) {};  // no SA_RESTART
  if (::sigaction(kInterrupt, &action, nullptr) != 0)
    return std::unexpected(system_error("handle SIGURG", errno));
  context().worker.trim_stack = &release_stack_of_thread;
  return {};
}

void ThreadsWorker::admit(Accepted accepted) {
  set_blocking(accepted.fd.get());
  auto& connection =
      static_cast<Connection&>(add(std::make_unique<Connection>(*this, std::move(accepted), context())));
  if (!start(connection)) unserved_ = &connection;
}

// The thread waits for the lock until this worker gives it up.
bool ThreadsWorker::start(Connection& connection) {
  const auto body = [](void* given) {
    auto& mine = *static_cast<Connection*>(given);
    mine.worker.serve(mine);
  };
  if (!connection.buffer) connection.buffer.reset(new (std::nothrow) std::byte[kReceiveBytes]);
  if (connection.buffer) connection.thread = SmallThread::start(kStackBytes, body, &connection);
  if (!connection.thread) pause_accepting();
  return connection.thread.has_value();
}

// One connection may wait for its thread here; those behind it wait in the backlog.
bool ThreadsWorker::has_room() { return unserved_ == nullptr; }

void ThreadsWorker::serve(Connection& connection) {
  const std::lock_guard held(lock());
  CloseReason reason = CloseReason::kCut;
  guarded_connection([&] { reason = talk_with(connection); });
  const SmallThread self = *connection.thread;
  guarded([&] { close(connection, reason); });  // before what may fail: the worker waits for it
  guarded_connection([&] { ended_.push_back(self); });
  if (ended_.size() >= kMostUnjoined) wake();
  count_cpu_time();
}

CloseReason ThreadsWorker::talk_with(Connection& connection) {
  read_clock();
  Talk io(*this, connection, {connection.buffer.get(), kReceiveBytes});
  return *StraightLine(io, connection.talk).open();
}

// A thread that has given up the lock but is not in recv yet will find the time-out there; one that is in
// recv has not, and is woken by the signal. One that waits to send sees to its deadlines itself.
void ThreadsWorker::disturb(ServedConnection& served) {
  auto& connection = static_cast<Connection&>(served);
  if (&connection == unserved_) {
    unserved_ = nullptr;
    return close(connection, CloseReason::kCut);
  }
  if (!connection.waiting || connection.disturbed) return;
  connection.disturbed = true;
  set_receive_timeout(connection.fd.get(), 1);
  connection.thread->signal(kInterrupt);
}

void ThreadsWorker::clean_up() {
  join_ended();
  if (unserved_ != nullptr && start(*unserved_)) unserved_ = nullptr;
}

void ThreadsWorker::join_ended() {
  const std::vector<SmallThread> ended = std::exchange(ended_, {});
  if (ended.empty()) return;
  lock().released([&] {
    for (const SmallThread& thread : ended) thread.join();
  });
}

void ThreadsWorker::end_threads() { join_ended(); }

}  // namespace suite
