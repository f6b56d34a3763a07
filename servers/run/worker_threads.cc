// Workers as threads of this process: each with a descriptor table, a listener and a loop of its own.
#include <poll.h>
#include <signal.h>
#include <fmt/format.h>

#include <array>
#include <atomic>
#include <chrono>
#include <exception>
#include <future>
#include <memory>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/units.h"
#include "common/net/event_fd.h"
#include "common/net/listener.h"
#include "common/process/affinity.h"
#include "common/process/cpu_usage.h"
#include "common/process/descriptors.h"
#include "common/process/stop_requests.h"
#include "servers/run/worker_groups.h"

namespace suite {
namespace {

using Started = std::expected<Endpoint, Error>;

struct Worker {
  std::size_t index = 0;
  WorkerTotals totals;
  std::promise<Started> started;
  bool has_started = false;
  std::expected<void, Error> outcome;
  std::thread thread;
};

/// The threads and what they share with the thread that waits for them.
class ThreadGroup {
 public:
  ThreadGroup(const WorkerPlan& plan, EventFd stop, EventFd done, std::optional<Listener> shared_listener)
      : plan_(plan), stop_(std::move(stop)), done_(std::move(done)), shared_(std::move(shared_listener)) {}
  ThreadGroup(const ThreadGroup&) = delete;
  ThreadGroup& operator=(const ThreadGroup&) = delete;
  ~ThreadGroup() { join(); }

  /// The endpoint that all listen on, once they do.
  std::expected<Endpoint, Error> start();
  /// Until a signal stops the workers and they have drained, or one of them fails.
  std::expected<ServeReport, Error> wait(std::optional<UnixSocketFile>& file);

 private:
  void body(Worker& worker);
  std::expected<void, Error> serve_in_this_thread(Worker& worker);
  std::expected<Listener, Error> listener_of_worker() const;
  void join();

  const WorkerPlan& plan_;
  EventFd stop_;
  EventFd done_;  // set when the last worker has ended, or any has failed
  std::optional<Listener> shared_;
  std::atomic<std::uint32_t> hangups_ = 0;
  ToldTroubles told_;
  std::atomic<std::size_t> running_ = 0;
  std::vector<std::unique_ptr<Worker>> workers_;
};

std::expected<Endpoint, Error> ThreadGroup::start() {
  running_ = plan_.options.workers;
  for (std::size_t i = 0; i < plan_.options.workers; ++i) {
    workers_.push_back(std::make_unique<Worker>());
    Worker& worker = *workers_.back();
    worker.index = i;
    try {
      worker.thread = std::thread([this, &worker] { body(worker); });
    } catch (const std::system_error& error) {  // the destructor stops those that run
      return std::unexpected(
          system_error(fmt::format("start {}", format_items(plan_.options.workers, "worker")),
                       error.code().value(), "give fewer --workers, or allow more: ulimit -u, ulimit -v"));
    }
  }
  Started first;
  for (const auto& worker : workers_) {
    Started started = worker->started.get_future().get();
    if (!started) return started;  // the destructor stops the others
    first = std::move(started);
  }
  return first;
}

void ThreadGroup::body(Worker& worker) {
  try {
    worker.outcome = serve_in_this_thread(worker);
  } catch (const std::exception& error) {
    worker.outcome = std::unexpected(Error{.what = "go on serving", .why = error.what(), .advice = {}});
  }
  worker.totals.cpu += thread_cpu_time();  // besides that of threads that its loop had
  if (!worker.has_started) {
    worker.started.set_value(worker.outcome ? Started(plan_.options.endpoint)
                                            : std::unexpected(worker.outcome.error()));
  }
  if (running_.fetch_sub(1) == 1 || !worker.outcome) done_.set();
}

std::expected<void, Error> ThreadGroup::serve_in_this_thread(Worker& worker) {
  std::vector<int> keep{stop_.fd(), done_.fd()};
  if (shared_) keep.push_back(shared_->fd());
  take_private_descriptor_table(keep);
  const bool pool = plan_.backend.workers == WorkerKind::kPool;
  if (plan_.options.pin && !pool) pin_to_nth_cpu(worker.index);
  auto listener = listener_of_worker();
  if (!listener) return std::unexpected(std::move(listener.error()));
  WorkerContext shared{.totals = worker.totals,
                       .index = worker.index,
                       .workers = plan_.options.workers,
                       .hangups = hangups_,
                       .on_trouble = [this](Trouble trouble, std::string_view text) {
                         if (told_.is_first(trouble, hangups_)) plan_.callbacks.on_trouble(text);
                       }};
  const auto make_session = plan_.protocol(shared);
  if (!make_session) return std::unexpected(make_session.error());
  LoopContext context{.listener = *listener,
                      .stop_fd = stop_.fd(),
                      .make_session = *make_session,
                      .worker = shared,
                      .limits = limits_of_worker(plan_, worker.index),
                      .stop_listening = [&] { listener->shut_down(); },
                      .on_ready =
                          [&] {
                            worker.has_started = true;
                            worker.started.set_value(listener->endpoint());
                          },
                      .threads = plan_.threads,
                      .pin = plan_.options.pin};
  return plan_.backend.make_loop()->run(context);
}

std::expected<Listener, Error> ThreadGroup::listener_of_worker() const {
  if (!shared_) {
    return Listener::open(plan_.options.endpoint, listener_options(plan_.options, plan_.options.workers > 1));
  }
  return shared_->duplicate();
}

std::expected<ServeReport, Error> ThreadGroup::wait(std::optional<UnixSocketFile>& file) {
  StopRequests requests;
  while (!done_.is_set()) {
    std::array<pollfd, 2> wait{pollfd{.fd = plan_.signals.fd(), .events = POLLIN, .revents = 0},
                               pollfd{.fd = done_.fd(), .events = POLLIN, .revents = 0}};
    ::poll(wait.data(), wait.size(), -1);
    const auto signal = plan_.signals.next();
    if (!signal) continue;
    if (*signal == SIGHUP) {
      if (plan_.callbacks.on_hangup) plan_.callbacks.on_hangup();
      ++hangups_;
      continue;
    }
    if (requests.on_signal(std::chrono::steady_clock::now()) == StopRequests::Meaning::kEndNow) {
      file.reset();
      plan_.callbacks.on_forced_end(*signal);
    }
    stop_.set();
  }
  join();
  ServeReport report;
  for (const auto& worker : workers_) {
    if (!worker->outcome) return std::unexpected(worker->outcome.error());
    report.workers.push_back(worker->totals);
  }
  return report;
}

void ThreadGroup::join() {
  stop_.set();
  for (const auto& worker : workers_) {
    if (worker->thread.joinable()) worker->thread.join();
  }
}

}  // namespace

std::expected<ServeReport, Error> serve_with_threads(const WorkerPlan& plan) {
  auto stop = EventFd::open();
  if (!stop) return std::unexpected(std::move(stop.error()));
  auto done = EventFd::open();
  if (!done) return std::unexpected(std::move(done.error()));

  std::optional<Listener> shared;
  if (plan.options.endpoint.is_unix()) {
    auto opened = Listener::open(plan.options.endpoint, listener_options(plan.options, false));
    if (!opened) return std::unexpected(std::move(opened.error()));
    shared = std::move(*opened);
  }
  std::optional<UnixSocketFile> file = UnixSocketFile::of(plan.options.endpoint);

  ThreadGroup group(plan, std::move(*stop), std::move(*done), std::move(shared));
  const auto endpoint = group.start();
  if (!endpoint) return std::unexpected(endpoint.error());
  plan.callbacks.on_listening(*endpoint);
  return group.wait(file);
}

}  // namespace suite
