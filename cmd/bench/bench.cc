// suite bench: the whole comparison in one command.
#include <signal.h>
#include <fmt/format.h>

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "client/capacity.h"
#include "client/limits/machine.h"
#include "cmd/bench/backend_contestants.h"
#include "cmd/bench/before_after.h"
#include "cmd/bench/bench_options.h"
#include "cmd/bench/document.h"
#include "cmd/bench/latency_table.h"
#include "cmd/bench/limits_wanted.h"
#include "cmd/bench/log.h"
#include "cmd/bench/narrator.h"
#include "cmd/bench/pages.h"
#include "cmd/bench/peer_contestants.h"
#include "cmd/bench/ranking.h"
#include "cmd/bench/recorder.h"
#include "cmd/bench/result_tables.h"
#include "cmd/bench/round.h"
#include "cmd/bench/run.h"
#include "cmd/bench/sections.h"
#include "cmd/cli/exit_code.h"
#include "cmd/cli/option_parser.h"
#include "cmd/cli/output.h"
#include "cmd/cli/progress.h"
#include "cmd/cli/write_file.h"
#include "cmd/diagnosis/look.h"
#include "cmd/results/bench_document.h"
#include "cmd/results/self_test.h"
#include "cmd/verbs.h"
#include "cmd/version.h"
#include "common/base/units.h"
#include "common/process/orphans.h"
#include "common/process/signals.h"
#include "common/ranks/launcher.h"
#include "servers/peers/peers.h"

namespace suite::bench {
namespace {

// Rounded up, minutes where it takes some.
std::string rough(std::chrono::nanoseconds duration) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration);
  if (seconds < std::chrono::minutes(3)) return fmt::format("{} s", seconds.count());
  return fmt::format("{} min", std::chrono::ceil<std::chrono::minutes>(seconds).count());
}

void announce(const Plan& plan, const Chosen& entrants) {
  print_stderr("About {} in all, at most {}{}: {}, {}, {} of each.\n", rough(estimated_duration(plan)),
               rough(longest_duration(plan)), plan.repeats_disturbed ? " if nothing disturbs it" : "",
               format_items(plan.sections.size(), "section"), format_items(plan.contestants.size(), "server"),
               format_items(plan.rounds, "round"));
  if (plan.load_cpus.empty()) {
    print_stderr("There is only one usable processor: server and load share it.\n");
  }
  for (const LeftOut& one : entrants.skipped) print_stderr("Skipped {}: {}\n", one.name, one.reason);
}

// What this machine can do at the most, for a document of some length. Without it the plan goes on, and its
// rows have no shares.
void measure_limits(const BenchOptions& options, Plan& plan, const SignalQueue& signals) {
  if (!options.result_file || options.quick) return;
  const auto connections = connections_of_limits(plan);
  if (!connections) return;
  if (!options.quiet) print_stderr("Measuring what this machine can do at the most, 8 s.\n");
  auto limits = limits::measure_machine(*connections, [&signals] { return !signals.has_next(); });
  if (!limits) {
    print_stderr("suite bench: the machine's limits are not known: {}\n", limits.error().one_line());
  } else if (!signals.has_next()) {
    plan.limits = *std::move(limits);
  }
}

BenchResult measure(const Plan& plan, const SignalQueue& signals, RunObserver& observer) {
  const MeasureRound measure = [&](const Section& section, const Contestant& contestant, int& port) {
    return measure_round(plan, section, contestant, port, signals.fd());
  };
  BenchResult result = run_plan(plan, measure, observer);
  result.signal = signals.next().value_or(0);
  return result;
}

// Says how the two versions compare. The exit code is the gate's, whose breach is said under -q too: one that
// cannot be judged does not pass.
int judge_and_print(const BenchOptions& options, const results::BenchDocument& document) {
  int code = kExitOk;
  const VersionGate gate{.metric = options.own.metric, .percent = options.own.fail_on_regression};
  for (const VersionVerdict& verdict : judge_versions(document, gate)) {
    if (!options.quiet) print_stderr("\n{}.\n", verdict.sentence);
    if (verdict.unjudged) {
      print_stderr("suite bench: --fail-on-regression cannot be judged: {}\n", *verdict.unjudged);
      code = std::max<int>(code, kExitFailed);
    }
    if (!verdict.regression) continue;
    print_stderr("suite bench: {}\n", *verdict.regression);
    code = kExitGate;
  }
  return code;
}

// The last line: what to run by hand after this, and which build the figures are of.
void name_program() {
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (!unknown) print_stderr("\nMeasured with {}, {}.\n", program.string(), version_number());
}

// Who is asked for a given number of requests answers as many: those cells are about latency.
void print_tables(const results::BenchDocument& document) {
  print_stderr("\n{}", ranking_text(document));
  if (const std::string tables = latency_tables(document.sections); !tables.empty())
    print_stderr("\n{}", tables);
}

void print_self_test(const results::BenchDocument& document) {
  if (const auto test = results::self_test_of(document)) {
    print_stderr("\nSelf-test: {}.\n", results::sentence_of(*test));
  }
}

int exit_code(const Chosen& entrants, const BenchResult& result) {
  if (result.signal != 0) return kExitSignalBase + result.signal;
  return result.any_failed() || !entrants.failed.empty() ? kExitFailed : kExitOk;
}

int failed(std::string_view why) {
  print_stderr("suite bench: {}\n", why);
  return kExitFailed;
}

int run(const BenchOptions& options, const Chosen& entrants, Plan plan, const SignalQueue& signals) {
  if (!options.quiet) {
    announce(plan, entrants);
    write_stderr(diagnosis::spoilers_text(diagnosis::look_at_this_machine(std::chrono::milliseconds(200))));
  }
  measure_limits(options, plan, signals);
  const bool has_log = options.format == BenchFormat::kLog;
  const bool silent = options.quiet && options.progress == When::kAuto;
  Narrator narrator(plan, {.progress = silent ? Progress::kOff : progress_of(options.progress),
                           .has_log = has_log,
                           .has_result_file = options.result_file.has_value(),
                           .interrupt_fd = signals.fd()});
  const auto unwritten = [&](const std::string& why) {
    return failed(fmt::format("cannot write {}: {}", *options.result_file, why));
  };
  std::optional<Recorder> recorder;
  if (options.result_file) {
    auto opened = Recorder::open(*options.result_file, plan, entrants.skipped, narrator);
    if (!opened) return unwritten(opened.error());
    recorder.emplace(std::move(*opened));
  }
  if (has_log) narrator.log(log_head(plan, entrants.skipped));
  if (!narrator.goes_on()) return kExitFailed;
  BenchResult result = measure(plan, signals, recorder ? static_cast<RunObserver&>(*recorder) : narrator);
  const auto written = recorder ? recorder->finish(result.signal != 0) : std::expected<void, std::string>();
  if (has_log) narrator.log(log_end(plan, result));
  int code = exit_code(entrants, result);
  const results::BenchDocument document = document_of(plan, entrants.skipped, std::move(result));
  if (!has_log) narrator.log(result_tables(document, options.format));
  if (!options.quiet) {
    print_tables(document);
    name_program();
  }
  if (!options.quiet) print_self_test(document);
  if (options.own.before_after) {
    const int judged = judge_and_print(options, document);
    if (code == kExitOk) code = judged;
  }
  if (!written) return unwritten(written.error() + "; what it holds can be read, and is incomplete");
  return code == kExitOk && narrator.log_lost() ? kExitFailed : code;
}

// Backends and peers together.
Chosen all_entrants(const BenchOptions& options) {
  Chosen all = *options.backends;
  const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  append(all.running, options.peers->running);
  append(all.skipped, options.peers->skipped);
  append(all.failed, options.peers->failed);
  return all;
}

int prepare_and_run(const BenchOptions& options, Plan plan) {
  const Chosen entrants = all_entrants(options);
  for (const LeftOut& one : entrants.failed) {
    failed(fmt::format("{} cannot run here: {}", one.name, one.reason));
  }
  if (plan.sections.empty()) return kExitFailed;
  // Signals are queued before there is something to remove when one comes.
  adopt_orphans();
  const auto signals = SignalQueue::open({SIGINT, SIGTERM});
  if (!signals) return failed(signals.error().one_line());
  if (!plan.has_http()) return run(options, entrants, plan, *signals);
  const auto pages = Pages::make(plan.page_sizes());
  if (!pages) return failed(pages.error().one_line());
  plan.folder = pages->folder();
  return run(options, entrants, plan, *signals);
}

// What is wrong with the plan that the flags make together.
std::optional<std::string> complaint_about(const BenchOptions& options, const Plan& plan) {
  if (auto complaint = complaint_about_sections(options, plan, local_capacity())) return complaint;
  if (const auto name = name_given_twice(plan)) {
    return fmt::format("--server: '{}' is the name of two contestants", *name);
  }
  if (const auto name = idle_own(options, plan)) {
    return fmt::format("--server: '{}' takes part in none of these workloads", *name);
  }
  if (const auto name = idle_peer(options, plan)) {
    return fmt::format("--peers: '{}' takes part in none of these workloads", *name);
  }
  if (options.own.fail_on_regression && plan.rounds < kFewestPairs) {
    return fmt::format("--fail-on-regression takes at least {} rounds, and these are {}: give --rounds",
                       kFewestPairs, plan.rounds);
  }
  if (options.self_test && plan.rounds < kFewestPairs) {
    return fmt::format("--self-test takes at least {} rounds, and these are {}: give --rounds", kFewestPairs,
                       plan.rounds);
  }
  return std::nullopt;
}

int bench_verb(int argc, const char* const* argv) {
  BenchOptions options{.peers_folder = peers_folder()};
  const OptionTable table = bench_table(options);
  const auto given = parse_options(table, arguments_of(argc, argv));
  if (!given) return finish(table.verb, given.error());
  const auto refuse = [&table](std::string_view message) {
    return finish(table.verb, usage_error(table.verb, message));
  };
  if (options.result_file == "-") return refuse("-o: stdout has the log: give a file");
  if (options.result_file == "") return refuse("-o: the name is empty: give a file");
  if (options.result_file) {
    if (const auto possible = try_to_write(*options.result_file); !possible) {
      return refuse(fmt::format("-o: '{}' cannot be written: {}", *options.result_file, possible.error()));
    }
  }
  auto own = read_contestant_flags(options.own_flags);
  if (!own) return refuse(own.error());
  options.own = std::move(*own);
  if (options.workloads && options.own.request_flag) {
    return refuse(fmt::format("{} and --workloads exclude each other: a workload says what is asked for",
                              *options.own.request_flag));
  }
  if (!options.backends) {
    options.backends = options.own.empty() ? choose_backends(usual_backends(options)).value() : Chosen{};
  }
  if (!options.peers) options.peers = choose_peers(usual_peers(options), options.peers_folder).value();
  Plan plan = make_plan(options, options.backends->running, options.peers->running);
  if (const auto complaint = complaint_about(options, plan)) return refuse(*complaint);
  return prepare_and_run(options, std::move(plan));
}

}  // namespace
}  // namespace suite::bench

namespace suite {

int run_bench(int argc, const char* const* argv) {
  // Each rank would start servers of its own, and disturb those of the others.
  if (const auto launch = launched(); launch && !launch->is_alone()) {
    const auto why = fmt::format("it measures one machine: start it without {}", launch->launcher);
    return launch->rank == 0 ? finish("bench", usage_error("bench", why)) : kExitUsage;
  }
  return bench::bench_verb(argc, argv);
}

}  // namespace suite
