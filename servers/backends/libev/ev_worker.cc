#include "servers/backends/libev/ev_worker.h"

#include <cerrno>

namespace suite {
namespace {

// On epoll, whatever LIBEV_FLAGS in the environment says.
constexpr auto kFlags = unsigned{EVBACKEND_EPOLL} | unsigned{EVFLAG_NOENV};

}  // namespace

std::expected<void, Error> EvLoop::run(LoopContext& context) {
  EvWorker worker(context);
  auto opened = worker.open();
  if (!opened) return opened;
  context.on_ready();
  return worker.run();
}

std::expected<void, Error> EvWorker::usable() {
  if ((ev_supported_backends() & EVBACKEND_EPOLL) != 0) return {};
  return std::unexpected(Error{.what = "use libev over epoll",
                               .why = "this libev was built without it",
                               .advice = "install a libev that has it, or choose another backend"});
}

std::expected<void, Error> EvWorker::open() {
  loop_.reset(ev_loop_new(kFlags));
  if (loop_ == nullptr) return std::unexpected(system_error("open a libev loop on epoll", errno));
  ev_set_userdata(loop_.get(), this);
  ev_prepare_init(&prepare_, [](struct ev_loop* loop, ev_prepare*, int) {
    EvWorker& worker = worker_of(loop);
    worker.guarded_([&] { worker.before_wait(); });
  });
  ev_prepare_start(loop_.get(), &prepare_);
  ev_check_init(&check_, [](struct ev_loop* loop, ev_check*, int) { worker_of(loop).read_clock(); });
  ev_check_start(loop_.get(), &check_);
  ev_init(&timer_, [](struct ev_loop* loop, ev_timer*, int) { worker_of(loop).timer_ended(); });
  const auto on_stop = [](struct ev_loop* loop, ev_io*, int) {
    EvWorker& worker = worker_of(loop);
    worker.guarded_([&] { worker.start_drain(); });
  };
  ev_io_init(&stop_, on_stop, context_.stop_fd, EV_READ);
  ev_io_start(loop_.get(), &stop_);
  const auto on_waiting = [](struct ev_loop* loop, ev_io*, int) {
    EvWorker& worker = worker_of(loop);
    worker.guarded_([&] { worker.accept_waiting(); });
  };
  ev_io_init(&listener_, on_waiting, context_.listener.fd(), EV_READ);
  arm_listener(true);
  return {};
}

std::expected<void, Error> EvWorker::run() {
  const int mode = context_.limits.busy_poll ? EVRUN_NOWAIT : 0;
  do {
    ev_run(loop_.get(), mode);
  } while (!finished() && !guarded_.failure());
  if (guarded_.failure()) return std::unexpected(*guarded_.failure());
  return {};
}

void EvWorker::before_wait() {
  guarded_([this] { expire_deadlines(); });
  if (guarded_.failure()) cut_the_rest();
  if (guarded_.failure() || finished()) return ev_break(loop_.get(), EVBREAK_ALL);
  arm_timer();
}

void EvWorker::on_event(struct ev_loop* loop, ev_io* watcher, int events) {
  EvWorker& worker = worker_of(loop);
  EvConnection& connection = *static_cast<EvConnection*>(watcher->data);
  worker.guarded_([&] {
    if ((events & EV_ERROR) != 0) return worker.close(connection, CloseReason::kCut);
    worker.on_ready(connection);
  });
}

bool EvWorker::watch(EvConnection& connection, Interest interest) {
  const int events = interest == Interest::kOutput ? EV_WRITE : EV_READ;
  if (connection.interest == Interest::kNothing) {
    ev_io_init(&connection.watcher, &on_event, connection.fd.get(), events);
    connection.watcher.data = &connection;
  } else {
    ev_io_stop(loop_.get(), &connection.watcher);
    ev_io_modify(&connection.watcher, events);
  }
  ev_io_start(loop_.get(), &connection.watcher);
  return true;
}

void EvWorker::forget(EvConnection& connection) {
  if (connection.interest != Interest::kNothing) ev_io_stop(loop_.get(), &connection.watcher);
}

bool EvWorker::watch_listener(bool watched) {
  watched ? ev_io_start(loop_.get(), &listener_) : ev_io_stop(loop_.get(), &listener_);
  return true;
}

// ev_timer_start counts from the time that libev read last.
void EvWorker::set_timer(std::optional<std::chrono::nanoseconds> left) {
  ev_timer_stop(loop_.get(), &timer_);
  if (!left) return;
  ev_now_update(loop_.get());
  ev_timer_set(&timer_, std::chrono::duration<double>(*left).count(), 0.0);
  ev_timer_start(loop_.get(), &timer_);
}

}  // namespace suite
