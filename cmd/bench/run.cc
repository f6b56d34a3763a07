#include "cmd/bench/run.h"

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

namespace suite::bench {
namespace {

class Runner {
 public:
  Runner(const Plan& plan, const MeasureRound& measure, RunObserver& observer)
      : plan_(plan), measure_(measure), observer_(observer), random_(plan.seed) {
    for (const Contestant& contestant : plan.contestants) ports_.push_back(contestant.first_port);
  }

  // False: no more rounds.
  bool run_section(std::size_t section, SectionResult& result) {
    result.resize(plan_.contestants.size());
    bool going = true;
    for (std::uint64_t round = 1; going && round <= plan_.rounds; ++round) {
      for (const std::size_t contestant : drawn_order(plan_.sections[section])) {
        if (result[contestant].failed()) continue;
        going = observer_.goes_on() &&
                run_round({.section = section, .round = round, .contestant = contestant}, result[contestant]);
        if (!going) break;
      }
    }
    observer_.section_ended(section, result);
    return going;
  }

 private:
  bool run_round(const RoundId& id, ContestantResult& into) {
    observer_.round_begins(id);
    int& port = ports_[id.contestant];
    auto measured = measure_(plan_.sections[id.section], plan_.contestants[id.contestant], port);
    into.port = port;
    if (measured) {
      measured->round = id.round;
      measured->port = port;
      observer_.round_ended(id, *measured);
      into.rounds.push_back(std::move(*measured));
      return true;
    }
    if (measured.error().interrupted) return false;
    observer_.round_failed(id, measured.error());
    into.failed_round = id.round;
    into.failure = measured.error().why;
    return true;
  }

  std::vector<std::size_t> drawn_order(const Section& section) {
    std::vector<std::size_t> order = plan_.contestants_of(section);
    std::ranges::shuffle(order, random_);
    return order;
  }

  const Plan& plan_;
  const MeasureRound& measure_;
  RunObserver& observer_;
  std::mt19937_64 random_;
  std::vector<int> ports_;  // of the contestants: one that had to move stays where it is
};

}  // namespace

BenchResult run_plan(const Plan& plan, const MeasureRound& measure, RunObserver& observer) {
  BenchResult result;
  Runner runner(plan, measure, observer);
  for (std::size_t section = 0; section < plan.sections.size(); ++section) {
    if (!runner.run_section(section, result.sections.emplace_back())) break;
  }
  return result;
}

}  // namespace suite::bench
