// suite bench: the whole comparison in one command.
#include <signal.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "cmd/bench/bench_options.h"
#include "cmd/bench/log.h"
#include "cmd/bench/narrator.h"
#include "cmd/bench/ranking.h"
#include "cmd/bench/result_file.h"
#include "cmd/bench/round.h"
#include "cmd/bench/run.h"
#include "cmd/cli/command_line.h"
#include "cmd/cli/exit_code.h"
#include "cmd/verbs.h"
#include "cmd/version.h"
#include "common/base/units.h"
#include "common/process/signals.h"

namespace suite {
namespace {

Progress progress_of(const BenchOptions& options) {
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  if (options.progress == "off" || (options.progress == "auto" && (options.quiet || !terminal))) {
    return Progress::kOff;
  }
  return terminal ? Progress::kOverwrite : Progress::kLines;
}

void announce(const Plan& plan, const Contestants& contestants) {
  fmt::print(stderr, "About {} in all: {}, {}, {} of {} each.\n", format_duration(estimated_duration(plan)),
             format_items(plan.sections.size(), "section"), format_items(plan.contestants.size(), "server"),
             format_items(plan.rounds, "round"), duration_argument(plan.secs));
  if (plan.load_cpus.empty()) {
    fmt::print(stderr, "There is only one usable processor: server and load share it.\n");
  }
  for (const LeftOut& one : contestants.skipped) fmt::print(stderr, "Skipped {}: {}\n", one.name, one.reason);
}

BenchResult measure(const Plan& plan, const SignalQueue& signals, Progress progress) {
  Narrator narrator(plan, progress);
  const MeasureRound measure = [&](const Section& section, const Contestant& contestant, int& port) {
    return measure_round(plan, section, contestant, port, signals.fd());
  };
  BenchResult result = run_plan(plan, measure, narrator);
  result.signal = signals.next().value_or(0);
  return result;
}

void print_rankings(const Plan& plan, const BenchResult& result) {
  for (std::size_t i = 0; i < result.sections.size(); ++i) {
    fmt::print(stderr, "\n{}", ranking_text(plan, plan.sections[i], result.sections[i]));
  }
}

// The last line: what to run by hand after this, and which build the figures are of.
void name_program() {
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (!unknown) fmt::print(stderr, "\nMeasured with {}, {}.\n", program.string(), version_number());
}

// Whether the file can be written is asked before anything is measured; what it holds stays until the end.
bool writable(const std::string& path) { return std::ofstream(path, std::ios::app).is_open(); }

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::trunc);
  return (file << text << std::flush).good();
}

int exit_code(const Contestants& contestants, const BenchResult& result) {
  if (result.signal != 0) return kExitSignalBase + result.signal;
  return result.any_failed() || !contestants.failed.empty() ? kExitFailed : kExitOk;
}

int bench(const BenchOptions& options, const Contestants& contestants) {
  for (const LeftOut& one : contestants.failed) {
    fmt::print(stderr, "suite bench: {} cannot run here: {}\n", one.name, one.reason);
  }
  if (contestants.running.empty()) return kExitFailed;
  const auto signals = SignalQueue::open({SIGINT, SIGTERM});
  if (!signals) {
    fmt::print(stderr, "suite bench: {}\n", signals.error().one_line());
    return kExitFailed;
  }

  const Plan plan = make_plan(options, contestants.running);
  if (!options.quiet) announce(plan, contestants);
  fmt::print("{}", log_head(plan, contestants.skipped));
  const BenchResult result = measure(plan, *signals, progress_of(options));
  if (!options.quiet) {
    print_rankings(plan, result);
    name_program();
  }
  if (!options.result_file.empty() &&
      !write_file(options.result_file, result_file_text(plan, contestants.skipped, result))) {
    fmt::print(stderr, "suite bench: cannot write {}: {}\n", options.result_file, std::strerror(errno));
    return kExitFailed;
  }
  return exit_code(contestants, result);
}

}  // namespace

int run_bench(int argc, const char* const* argv) {
  CommandLine line(
      {.verb = "bench",
       .usage = "suite bench [flags]",
       .summary = "Measures servers against each other: each started afresh, round by round.",
       .examples = "  suite bench --quick\n"
                   "  suite bench --secs 10 -o result.json > benchmark.log\n"
                   "  suite bench --backends epoll,prefork --workloads echo-d16 --conns 1,10,100",
       .notes = "The log goes to stdout, the ranking to stderr. A server that fails is named, the\n"
                "others go on, and the exit code is 1."});
  BenchOptions options;
  declare_bench_flags(line, options);
  if (const auto code = line.parse(argc, argv)) return *code;
  if (!options.result_file.empty() && !writable(options.result_file)) {
    return line.usage_error(
        fmt::format("-o: '{}' cannot be written: {}", options.result_file, std::strerror(errno)));
  }
  if (!options.contestants) options.contestants = choose_backends("all").value();
  return bench(options, *options.contestants);
}

}  // namespace suite
