// Carries out a plan: section by section, and within one round by round through all contestants.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "cmd/bench/plan.h"
#include "cmd/bench/result.h"
#include "cmd/bench/round_failure.h"

namespace suite::bench {

/// Which round of whom.
struct RoundId {
  std::size_t section;
  std::uint64_t round;  // from 1
  std::size_t contestant;
};

/// Who is told how it goes. Called on the thread that runs the plan.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  /// Asked before each round; false ends the plan as an interrupt does.
  virtual bool goes_on() { return true; }
  virtual void round_begins(const RoundId& id) = 0;
  /// It was disturbed, and is measured again.
  virtual void round_repeats(const RoundId& /*id*/, const RoundResult& /*disturbed*/) {}
  virtual void round_ended(const RoundId& id, const RoundResult& result) = 0;
  virtual void round_failed(const RoundId& id, const RoundFailure& failure) = 0;
  /// Also for a section that a signal cut short.
  virtual void section_ended(std::size_t section, const SectionResult& result) = 0;
};

/// Does one round; measure_round() unless a test has its own. `port` is where to listen, and is set to
/// where it really was.
using MeasureRound = std::function<std::expected<RoundResult, RoundFailure>(
    const Section& section, const Contestant& contestant, int& port)>;

/// Repeats in a row that were disturbed as well: so many, and a section repeats no more. What disturbs it is
/// there all the time, and measuring everything twice would not change that.
inline constexpr int kVainRepeats = 3;

/// A round that was disturbed is measured once more, at once, and the calmer of the two counts.
/// Whoever fails in one section of a series is left out of those behind it: a server that does not hold 1,024
/// connections holds no more either. Runs everything, or up to the first round that is interrupted or not
/// wanted. The contestants take turns in an order drawn for each round, from the plan's seed: no
/// one always follows the same neighbour.
BenchResult run_plan(const Plan& plan, const MeasureRound& measure, RunObserver& observer);

}  // namespace suite::bench
