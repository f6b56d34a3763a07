// What `suite bench` says while it runs: the log on stdout, progress and failures on stderr.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "cmd/bench/plan.h"
#include "cmd/bench/run.h"
#include "cmd/bench/run_progress.h"
#include "cmd/bench/sweep_chart.h"
#include "cmd/cli/live_line.h"
#include "cmd/cli/progress.h"

namespace suite::bench {

/// Prints each section's log as soon as the section has ended. `plan` outlives it. A log that standard output
/// does not take is lost; then the plan goes on only where a file is to hold the result as well.
class Narrator : public RunObserver {
 public:
  struct Options {
    Progress progress = Progress::kOff;
    bool has_log = true;  // otherwise only what log() is given at the end
    bool has_result_file = false;
    int interrupt_fd =
        -1;  // readable when the user wants to stop: then nobody waits for a reader much longer
  };
  Narrator(const Plan& plan, Options options);

  /// Prints a part of the log, unless it is lost.
  void log(std::string_view text);
  /// That is a failure, and has been said.
  bool log_lost() const { return log_lost_; }

  bool goes_on() override;
  void round_begins(const RoundId& id) override;
  void round_repeats(const RoundId& id, const RoundResult& disturbed) override;
  void round_ended(const RoundId& id, const RoundResult& result) override;
  void round_failed(const RoundId& id, const RoundFailure& failure) override;
  void section_ended(std::size_t section, const SectionResult& result) override;

 private:
  std::string live_text() const;
  std::string where(const RoundId& id) const;
  void clear_line();
  void lose_log(std::string_view why);

  const Plan& plan_;
  Progress progress_;
  bool has_log_;
  bool has_result_file_;
  int interrupt_fd_;
  bool log_lost_ = false;
  RunProgress done_;
  SweepChart chart_;
  std::optional<LiveLine> line_;  // on a terminal; the last member: its thread reads the others
};

}  // namespace suite::bench
