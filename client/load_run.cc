#include "client/load_run.h"

#include <poll.h>
#include <fmt/format.h>

#include <concepts>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "client/drivers/make_driver.h"
#include "client/engine/rendezvous.h"
#include "client/engine/series_board.h"
#include "client/engine/worker.h"
#include "client/load_thread.h"
#include "client/readings.h"
#include "client/run_conditions.h"
#include "client/warnings.h"
#include "client/workloads/make_workload.h"
#include "common/base/units.h"
#include "common/process/descriptors.h"
#include "common/process/process_tree.h"

namespace suite {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kLoadThread = "go on in a load thread";

/// What all threads of a run look at.
struct Run {
  const LoadPlan& plan;
  const EventFd& interrupt;
  const MakeWorkload make_workload;
  Rendezvous connected, closing;  // of the load threads and the one that waits for them
  SeriesBoard board;

  std::mutex mutex = {};
  std::optional<Error> failure = {};  // the first one; guarded by mutex until all threads have ended

  /// Ends the run: nobody waits for anybody any more. To be called by a thread that cannot go on. `why` makes
  /// the Error, in memory that may be short.
  template <std::invocable Why>
  void fail(Why why) noexcept {
    {
      const std::lock_guard lock(mutex);
      if (!failure) failure = made(why);
    }
    connected.call_off();
    closing.call_off();
    interrupt.set();
  }
  void fail(std::string_view what, std::string_view why) noexcept {
    fail([&] { return Error{.what = std::string(what), .why = std::string(why), .advice = {}}; });
  }

 private:
  template <std::invocable Why>
  static Error made(Why why) noexcept {
    try {
      return why();
    } catch (...) {  // texts so short need no memory
      return {.what = "run the load", .why = "out of memory", .advice = {}};
    }
  }
};

/// Does `work`, a part of what `what` names. What it throws is the run's failure: false.
template <std::invocable Work>
bool guarded(Run& run, std::string_view what, Work work) noexcept {
  try {
    work();
    return true;
  } catch (const std::exception& error) {  // memory ran out
    run.fail(what, error.what());
  } catch (...) {
    run.fail(what, "something unknown was thrown");
  }
  return false;
}

/// One thread: what it is to do, and where its result goes.
struct Assignment {
  WorkerShare share;
  std::uint64_t first_connection = 0;
  std::string_view driver;
  std::chrono::nanoseconds late{};  // the load began so long after its time
  WorkerResult result;
  std::optional<HttpCounts> http;
  std::optional<TlsFindings> tls;
  bool answered_in_http = false;
  std::string remark;
};

std::vector<Assignment> divide(const LoadPlan& plan) {
  std::vector<Assignment> assignments(plan.threads);
  const std::uint64_t first = plan.share.before(plan.connections);
  for (std::size_t i = 0; i < plan.threads; ++i) {
    const Share of_thread{.part = i, .parts = plan.threads};
    WorkerShare& share = assignments[i].share;
    share.thread = i;
    share.place = plan.share.place_of(i, plan.threads);
    share.connections = of_thread.of(plan.own_connections());
    if (plan.requests) share.requests = of_thread.of(plan.share.of(*plan.requests));
    assignments[i].first_connection = first + of_thread.before(plan.own_connections());
  }
  return assignments;
}

// Waits until `when`, or until the run is interrupted. To the precision of the thread's timer slack.
void wait_until(Clock::time_point when, const EventFd& interrupt) {
  pollfd waiting{.fd = interrupt.fd(), .events = POLLIN, .revents = 0};
  for (auto left = when - Clock::now(); left.count() > 0 && waiting.revents == 0;
       left = when - Clock::now()) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    const timespec time{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
    ::ppoll(&waiting, 1, &time, nullptr);
  }
}

// From the first connect to the end of the window.
void drive(Run& run, Assignment& assignment, Workload& workload, Driver& driver) {
  Worker worker(run.plan, assignment.share, workload, driver, run.board);
  worker.connect();
  const auto start = run.connected.arrive();
  if (!start) return;
  const bool whole = guarded(run, kLoadThread, [&] {
    worker.await(*start);
    assignment.late = std::max(Clock::now() - *start, Clock::duration(0));
    worker.run(*start);
  });
  if (!whole) guarded(run, kLoadThread, [&] { worker.break_off(); });
  assignment.result = worker.take_result();
}

void work(Run& run, Assignment& assignment) {
  take_private_descriptor_table(std::array{run.interrupt.fd()});
  prepare_load_thread(run.plan, assignment.share.thread);
  const auto driver = make_driver(
      run.plan,
      {.connections = assignment.share.connections, .first_connection = assignment.first_connection},
      run.interrupt);
  if (!driver) return run.fail([&] { return driver.error(); });
  assignment.driver = (*driver)->name();
  const auto workload = run.make_workload({.connections = assignment.share.connections,
                                           .first_connection = assignment.first_connection,
                                           .place = assignment.share.place});
  drive(run, assignment, *workload, **driver);
  if (const HttpCounts* const counts = workload->http_counts()) assignment.http = *counts;
  if (const TlsFindings* const findings = (*driver)->tls()) assignment.tls = *findings;
  assignment.answered_in_http = workload->was_answered_in_http();
  assignment.remark = workload->remark();
  run.closing.arrive();  // connections stay open until the server's CPU time is read: its threads may end
}

void thread_main(Run& run, Assignment& assignment) noexcept {
  guarded(run, kLoadThread, [&] { work(run, assignment); });
  run.board.leave(assignment.share.thread);
}

std::vector<std::jthread> start_threads(Run& run, std::vector<Assignment>& assignments) {
  std::vector<std::jthread> threads;
  guarded(run, "start the threads", [&] {
    try {
      for (Assignment& assignment : assignments) {
        threads.emplace_back(&thread_main, std::ref(run), std::ref(assignment));
      }
    } catch (const std::system_error& error) {
      run.fail([&] {
        return system_error(fmt::format("start {}", format_items(assignments.size(), "thread")),
                            error.code().value(),
                            assignments.size() > 1 ? "give fewer with --threads"
                                                   : "allow more threads or memory: ulimit -u, ulimit -v");
      });
    }
  });
  return threads;
}

/// What the thread that waits for the others finds out.
struct Observed {
  std::chrono::nanoseconds length{};                           // of the window, as lived through
  bool began = false;                                          // every thread was there when the load began
  std::optional<std::chrono::system_clock::time_point> start;  // of the load; nothing: interrupted before
  std::vector<SeriesPoint> series;
  std::optional<Readings> before, after;       // at the window's ends
  std::optional<std::uint64_t> server_memory;  // at its end
};

// At the plan's instant, or now where that has passed.
AgreeOnStart as_planned(const LoadPlan& plan) {
  return [&plan]() -> std::expected<Clock::time_point, Error> {
    const std::chrono::nanoseconds left = *plan.start_at - std::chrono::system_clock::now();
    return Clock::now() + std::max(left, std::chrono::nanoseconds(0));
  };
}

// When the load begins; nothing where it does not. The load threads have arrived by then.
std::optional<Clock::time_point> meet(Run& run, const AgreeOnStart& agree) noexcept {
  if (!agree) return run.connected.arrive();
  if (!run.connected.await_others()) return std::nullopt;
  std::optional<Clock::time_point> at;
  guarded(run, "agree on a start", [&] {
    const auto agreed = agree();
    if (agreed) {
      at = *agreed;
    } else {
      run.fail([&] { return agreed.error(); });
    }
  });
  return at ? run.connected.arrive(at) : std::nullopt;
}

// Sees the window through, second by second. Those who put seconds on the board are not left alone with them
// when a watcher throws, or memory runs out.
Observed observe(Run& run, std::span<const int> cpus, LoadWatcher* watcher,
                 const AgreeOnStart& agree) noexcept {
  constexpr std::string_view kWatch = "watch the load";
  Observed observed;
  const auto start = meet(run, agree);
  observed.began = start.has_value();
  if (start) {
    wait_until(*start, run.interrupt);
    const auto since = Clock::now() - *start;
    if (since.count() >= 0) observed.start = std::chrono::system_clock::now() - since;
  }
  bool watching = guarded(run, kWatch, [&] {
    if (start && watcher != nullptr) watcher->on_start(run.plan.warmup);
  });
  if (start) wait_until(*start + run.plan.warmup, run.interrupt);
  guarded(run, kWatch, [&] { observed.before = take_readings(run.plan, cpus); });
  while (const auto second = start ? run.board.next() : std::nullopt) {
    observed.length += second->length;
    watching = watching && guarded(run, kWatch, [&] {
                 observed.series.push_back(*second);
                 if (watcher != nullptr) watcher->on_second(*second, observed.length);
               });
  }
  guarded(run, kWatch, [&] {
    observed.after = take_readings(run.plan, cpus);
    if (run.plan.server_pid) observed.server_memory = process_tree_memory(*run.plan.server_pid);
  });
  run.closing.arrive();
  return observed;
}

LoadResult merge(const LoadPlan& plan, const Observed& observed, std::vector<Assignment>& assignments) {
  LoadResult result;
  result.connections_asked = plan.own_connections();
  result.threads = plan.threads;
  result.driver = assignments.front().driver;
  int connect_error = 0;
  std::chrono::nanoseconds late{};
  for (const Assignment& each : assignments) {
    const WorkerResult& part = each.result;
    result.counts += part.counts;
    result.latency.merge(part.latency);
    result.connect.merge(part.connect);
    result.http_times.merge(part.http_times);
    if (part.rate && !result.rate) result.rate.emplace();
    if (part.rate) result.rate->merge(*part.rate);
    if (each.http && result.http) *result.http += *each.http;
    if (each.http && !result.http) result.http = each.http;
    if (each.tls && !result.tls) result.tls.emplace();
    if (each.tls) result.tls->merge(*each.tls);
    result.connections_opened += part.opened;
    result.measured = std::max(result.measured, part.measured);
    late = std::max(late, each.late);
    result.client_cpu += part.use.cpu;
    result.thread_use.push_back(part.use);
    result.oldest_in_flight = std::max(result.oldest_in_flight, part.oldest_in_flight);
    result.interrupted |= part.interrupted;
    result.gave_up |= part.gave_up;
    result.reply_is_http |= each.answered_in_http;
    if (result.remark.empty()) result.remark = each.remark;
    if (part.last_connect_error != 0) connect_error = part.last_connect_error;
  }
  if (observed.start) result.began = *observed.start + late;
  if (connect_error != 0) result.last_connect_error = std::strerror(connect_error);
  result.last_connect_errno = connect_error;
  return result;
}

std::expected<LoadResult, Error> run_with_threads(const LoadPlan& plan, const EventFd& interrupt,
                                                  LoadWatcher* watcher, const AgreeOnStart& agree) {
  Run run{.plan = plan,
          .interrupt = interrupt,
          .make_workload = workload_maker(plan),
          .connected = Rendezvous(plan.threads + 1),
          .closing = Rendezvous(plan.threads + 1),
          .board = SeriesBoard(plan.threads)};
  const RunConditions conditions = RunConditions::before(plan);
  std::vector<Assignment> assignments = divide(plan);
  std::vector<std::jthread> threads = start_threads(run, assignments);
  Observed observed =
      observe(run, conditions.cpus(), watcher, agree || !plan.start_at ? agree : as_planned(plan));
  for (std::jthread& thread : threads) thread.join();
  if (run.failure && !observed.began) return std::unexpected(std::move(*run.failure));

  LoadResult result = merge(plan, observed, assignments);
  result.failure = std::move(run.failure);
  result.interrupted |= result.failure.has_value();
  if (observed.before && observed.after) {
    describe_window(*observed.before, *observed.after, observed.length, conditions.cpus().size(), result);
  }
  result.server_memory_loaded = observed.server_memory;
  result.series = std::move(observed.series);
  conditions.describe(result);
  result.warnings = warnings_for(plan, result);
  return result;
}

}  // namespace

std::expected<LoadResult, Error> run_load(const LoadPlan& plan, const EventFd& interrupt,
                                          LoadWatcher* watcher, const AgreeOnStart& agree) {
  try {
    return run_with_threads(plan, interrupt, watcher, agree);
  } catch (const std::bad_alloc&) {  // before the first thread, or after the last one
    return std::unexpected(Error{.what = "run the load",
                                 .why = "out of memory",
                                 .advice = "give fewer --conns, or less --depth or --size"});
  } catch (const std::exception& error) {
    return std::unexpected(Error{.what = "run the load", .why = error.what(), .advice = {}});
  }
}

}  // namespace suite
