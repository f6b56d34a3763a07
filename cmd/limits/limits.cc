// suite limits: what this machine's TCP costs at the least.
#include <signal.h>
#include <fmt/format.h>

#include <atomic>
#include <optional>
#include <string>

#include "client/limits/machine.h"
#include "cmd/cli/exit_code.h"
#include "cmd/cli/live_line.h"
#include "cmd/cli/option_parser.h"
#include "cmd/cli/output.h"
#include "cmd/cli/progress.h"
#include "cmd/limits/limits_options.h"
#include "cmd/limits/limits_report.h"
#include "cmd/verbs.h"
#include "cmd/version.h"
#include "common/process/cpu_quota.h"
#include "common/process/signals.h"

namespace suite::limits {
namespace {

int failed(const Error& error) {
  print_stderr("suite limits: {}\n", error.one_line());
  return kExitFailed;
}

/// How far it is, on a terminal.
class RoundProgress {
 public:
  RoundProgress() {
    if (progress_of(When::kAuto) != Progress::kOverwrite) return;
    line_.emplace(
        [this] { return fmt::format("measuring: {} %", 100 * asked_ / (kRounds * figures().size())); });
    line_->show([] {});
  }
  ~RoundProgress() {
    if (line_) line_->hide();
  }
  RoundProgress(const RoundProgress&) = delete;
  void step() { ++asked_; }

 private:
  std::atomic<std::size_t> asked_ = 0;
  std::optional<LiveLine> line_;  // the last member: its thread reads the other
};

int measure_and_print(const LimitsFlags& flags) {
  constexpr std::size_t kConnections = 100;
  const auto signals = SignalQueue::open({SIGINT, SIGTERM});
  if (!signals) return failed(signals.error());
  std::optional<int> signal;
  std::expected<MachineLimits, Error> limits;
  {
    RoundProgress progress;
    limits = measure_machine(kConnections, [&] {
      progress.step();
      signal = signals->next();
      return !signal;
    });
  }
  if (!limits) return failed(limits.error());
  if (signal) {
    write_stderr("suite limits: interrupted before all was measured\n");
    return kExitSignalBase + *signal;
  }
  const auto warnings = limits_warnings(*limits, cpu_quota());
  const std::string text =
      flags.json ? limits_json(*limits, this_environment(), warnings) : limits_text(*limits, warnings);
  return print_result("suite limits", text) ? kExitOk : kExitFailed;
}

}  // namespace

OptionTable limits_table(LimitsFlags& flags) {
  return {.verb = "limits",
          .usage = "suite limits [flags]",
          .summary = "What this machine's TCP costs at the least, in under ten seconds.",
          .examples =
              "  suite limits\n"
              "  suite limits --json | jq '.limits.figures[] | {name, median: .per_second.median}'",
          .notes =
              "Two bare epoll loops exchange messages over loopback, a thread each on the first and the\n"
              "second usable processor; besides wake-ups, memory copies, and what suite load costs\n"
              "without a network. Each figure is the median of nine short rounds, which take turns.\n"
              "Stop other programs first. docs/limits.md says what each figure is.",
          .groups = {{.title = "Output",
                      .options = {{.name = "--json",
                                   .value = values::toggle(flags.json),
                                   .help = "the same for programs, with every round"}}}},
          .no_config = "its document has no config"};
}

}  // namespace suite::limits

namespace suite {

int run_limits(int argc, const char* const* argv) {
  limits::LimitsFlags flags;
  const OptionTable table = limits::limits_table(flags);
  const auto given = parse_options(table, arguments_of(argc, argv));
  if (!given) return finish(table.verb, given.error());
  return limits::measure_and_print(flags);
}

}  // namespace suite
