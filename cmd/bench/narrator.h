// What `suite bench` says while it runs: the log on stdout, progress and failures on stderr.
#pragma once

#include <cstddef>

#include "cmd/bench/plan.h"
#include "cmd/bench/run.h"
#include "cmd/cli/progress.h"

namespace suite::bench {

/// Prints each section's log as soon as the section has ended. `plan` outlives it.
class Narrator : public RunObserver {
 public:
  Narrator(const Plan& plan, Progress progress) : plan_(plan), progress_(progress) {}

  void round_begins(const RoundId& id) override;
  void round_ended(const RoundId& id, const RoundResult& result) override;
  void round_failed(const RoundId& id, const RoundFailure& failure) override;
  void section_ended(std::size_t section, const SectionResult& result) override;

 private:
  std::string where(const RoundId& id) const;
  void clear_line() const;

  const Plan& plan_;
  Progress progress_;
};

}  // namespace suite::bench
