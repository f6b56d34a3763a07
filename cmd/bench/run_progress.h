// How far a plan has come, and how long the rest takes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cmd/bench/plan.h"
#include "cmd/bench/run.h"
#include "cmd/cli/terminal_line.h"

namespace suite::bench {

/// Follows the rounds of a plan. Time is a parameter; one thread at a time. `plan` outlives it.
class RunProgress {
 public:
  using Time = std::chrono::steady_clock::time_point;

  RunProgress(const Plan& plan, Time start) : plan_(plan), start_(start) {}

  void round_begins(const RoundId& id, Time now);
  /// Also of a round that failed: `goes_on` tells whether the contestant has further rounds in the section.
  void round_ended(const RoundId& id, Time now, bool goes_on);

  std::chrono::nanoseconds elapsed(Time now) const { return now - start_; }
  /// As estimated, stretched by what the rounds until now took beside their estimates.
  std::chrono::nanoseconds left(Time now) const;
  /// Of all work: 0 to 1.
  double share_done(Time now) const;
  /// "████░░░░  43 %  1:12 elapsed, 3:05 left  echo-d16, 100 connections, round 2 of 5, epoll", as much of
  /// it as fits.
  std::string line(Time now, const TerminalStyle& style) const;

 private:
  using Estimate = std::chrono::duration<double>;

  double stretch() const;
  Estimate running() const;  // of the round that runs; 0 between two
  Estimate rest() const;     // of all rounds that have not ended, the running one included
  std::string cell() const;
  std::string short_cell() const;

  const Plan& plan_;
  Time start_, round_start_{};
  RoundId at_{};
  bool in_round_ = false;
  std::vector<std::uint64_t> rounds_left_;  // of each contestant in this section
  std::set<std::pair<std::size_t, std::size_t>>
      out_;                         // series and contestant: whose later sections are skipped
  Estimate estimated_{}, taken_{};  // of the rounds that have ended
};

}  // namespace suite::bench
