// Writes the file of -o while it is measured: what was measured outlives a kill, a full disk and a crash.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/bench/chosen.h"
#include "cmd/bench/run.h"
#include "cmd/cli/growing_file.h"
#include "cmd/results/bench_document.h"

namespace suite::bench {

/// Appends every round as it ends, and passes everything on to `next`. Plan and `next` outlive it. A round
/// that cannot be written is said once, kept, and tried again after the next one.
class Recorder : public RunObserver {
 public:
  /// The error is why the file cannot be written, found before anything is measured.
  static std::expected<Recorder, std::string> open(const std::string& path, const Plan& plan,
                                                   const std::vector<LeftOut>& skipped, RunObserver& next);

  bool goes_on() override { return next_->goes_on(); }
  void round_begins(const RoundId& id) override { next_->round_begins(id); }
  void round_repeats(const RoundId& id, const RoundResult& disturbed) override {
    next_->round_repeats(id, disturbed);
  }
  void round_ended(const RoundId& id, const RoundResult& result) override;
  void round_failed(const RoundId& id, const RoundFailure& failure) override;
  void section_ended(std::size_t section, const SectionResult& result) override {
    next_->section_ended(section, result);
  }

  /// Everybody is done. Why the file lacks something, if so.
  std::expected<void, std::string> finish(bool interrupted);

 private:
  Recorder(const std::string& path, const Plan& plan, RunObserver& next, GrowingFile file);
  std::size_t place_of(const RoundId& id) const;
  void note_commands(const RoundId& id, const RoundResult& result);
  void append(std::string_view line);

  std::string path_;
  const Plan* plan_;
  RunObserver* next_;
  GrowingFile file_;
  results::BenchDocumentWriter writer_;
  /// What of the commands changes from the first round on.
  struct Known {
    int port = 0;
    std::optional<double> rate = {};
    bool operator==(const Known&) const = default;
  };
  std::vector<std::vector<Known>>
      known_;  // that the file has: of each section's contestants, by the plan's places
  bool failure_said_ = false;
};

}  // namespace suite::bench
