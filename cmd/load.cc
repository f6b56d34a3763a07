// suite load: options -> plan -> runs -> reports.
#include <poll.h>
#include <signal.h>
#include <unistd.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <expected>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "client/drivers/make_driver.h"
#include "client/gates/gates.h"
#include "client/load_run.h"
#include "client/reports/report.h"
#include "client/sources.h"
#include "client/target.h"
#include "cmd/cli/exit_code.h"
#include "cmd/find_max.h"
#include "cmd/load_options.h"
#include "cmd/load_output.h"
#include "cmd/load_progress.h"
#include "cmd/verbs.h"
#include "common/net/event_fd.h"
#include "common/process/signals.h"
#include "common/process/stop_requests.h"

namespace suite {
namespace {

/// Sets `interrupt` at the first SIGINT or SIGTERM and ends the process at a later one. A thread of its own,
/// so that it also works while a name is looked up.
class SignalWatch {
 public:
  SignalWatch(const SignalQueue& signals, const EventFd& interrupt, const EventFd& over)
      : over_(over), thread_([this, &signals, &interrupt] { watch(signals, interrupt); }) {}
  SignalWatch(const SignalWatch&) = delete;
  ~SignalWatch() {
    over_.set();
    thread_.join();
  }

  /// 128 + the signal's number; nothing while none came.
  std::optional<int> exit_code() const {
    const int number = first_.load();
    return number == 0 ? std::nullopt : std::optional(kExitSignalBase + number);
  }

 private:
  void watch(const SignalQueue& signals, const EventFd& interrupt) {
    std::array<pollfd, 2> waiting{pollfd{.fd = signals.fd(), .events = POLLIN, .revents = 0},
                                  pollfd{.fd = over_.fd(), .events = POLLIN, .revents = 0}};
    StopRequests requests;
    while (::poll(waiting.data(), waiting.size(), -1) >= 0 && waiting[1].revents == 0) {
      const auto number = signals.next();
      if (!number) continue;
      const auto meaning = requests.on_signal(std::chrono::steady_clock::now());
      if (meaning == StopRequests::Meaning::kEndNow) ::_exit(kExitSignalBase + *number);
      if (meaning == StopRequests::Meaning::kDrain) first_.store(*number);
      interrupt.set();
    }
  }

  const EventFd& over_;
  std::atomic<int> first_ = 0;
  std::thread thread_;
};

int failed(const Error& error) {
  fmt::print(stderr, "suite load: {}\n", error.one_line());
  return kExitFailed;
}

LoadOutcome run_again_and_again(const LoadOptions& options, const EventFd& interrupt) {
  const LoadPlan& plan = options.settings.plan;
  const LoadOutput& output = options.output;
  LoadProgress progress(output.quiet ? Progress::kOff : progress_of(output.progress), plan.duration,
                        options.settings.runs);
  LoadOutcome outcome;
  do {  // an interrupt before the first run has a result too: of nothing
    progress.begin_run();
    auto result = run_load(plan, interrupt, &progress);
    progress.end_run();
    if (!result) {
      outcome.failure = std::move(result.error());
      break;
    }
    outcome.printed &= print_run(options, *result);
    outcome.results.push_back(std::move(*result));
  } while (outcome.results.size() < options.settings.runs && !interrupt.is_set());
  print_end_of_runs(options, outcome.results);
  return outcome;
}

LoadOutcome search(const LoadOptions& options, const EventFd& interrupt) {
  LoadOutcome outcome{.results = {}, .search = search_and_print(options, interrupt), .failure = {}};
  if (outcome.search->best) outcome.results.push_back(*outcome.search->best);
  outcome.failure = outcome.search->failure;
  return outcome;
}

// Whether no run met a gate; says which did. Those that could not be judged did.
bool pass_gates(const LoadOptions& options, const std::vector<LoadResult>& results) {
  bool passed = true;
  for (const GateVerdict& verdict : judge(options.settings.gates, results)) {
    if (!verdict.breached) continue;
    fmt::print(stderr, "suite load: {}\n", breach_text(verdict, results.size()));
    passed = false;
  }
  return passed;
}

int run_all(const LoadOptions& options, const EventFd& interrupt) {
  if (!options.output.quiet) fmt::print(stderr, "{}", settings_report(options.settings));
  const LoadOutcome outcome = options.settings.find_max.empty() ? run_again_and_again(options, interrupt)
                                                                : search(options, interrupt);
  const bool written = (outcome.is_empty() || write_results(options, outcome)) && outcome.printed;
  const bool passed = pass_gates(options, outcome.results);
  if (outcome.failure) return failed(*outcome.failure);
  const bool anything_completed = std::ranges::any_of(
      outcome.results, [](const LoadResult& result) { return result.counts.completed > 0; });
  if (!written || !anything_completed) return kExitFailed;
  return passed ? kExitOk : kExitGate;
}

// Completes the plan with the address that answers, where its driver has to do with one.
std::expected<void, Error> find_target(LoadOptions& options, const EventFd& interrupt) {
  LoadPlan& plan = options.settings.plan;
  if (auto possible = check_driver(plan.driver); !possible) return possible;
  if (!plan.has_network()) return {};
  const auto target = find_listener(options.target, plan.timeout, interrupt);
  if (!target) return std::unexpected(target.error());
  plan.target = *target;
  return check_sources(plan.sources, plan.target);
}

int load(LoadOptions options) {
  const auto signals = SignalQueue::open({SIGINT, SIGTERM});
  if (!signals) return failed(signals.error());
  const auto interrupt = EventFd::open();
  if (!interrupt) return failed(interrupt.error());
  const auto over = EventFd::open();
  if (!over) return failed(over.error());
  const SignalWatch watch(*signals, *interrupt, *over);

  if (const auto found = find_target(options, *interrupt); !found) {
    if (!watch.exit_code()) return failed(found.error());
    fmt::print(stderr, "suite load: interrupted while looking for a server at {}: nothing was measured\n",
               options.settings.target);
    return *watch.exit_code();
  }
  const int code = run_all(options, *interrupt);
  return watch.exit_code().value_or(code);
}

}  // namespace

int run_load_verb(int argc, const char* const* argv) {
  auto options = parse_load_options(argc, argv);
  if (const int* code = std::get_if<int>(&options)) return *code;
  return load(std::move(std::get<LoadOptions>(options)));
}

}  // namespace suite
