#include "cmd/bench/run.h"

#include <algorithm>
#include <random>
#include <set>
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

  // False: no more rounds. `results` ends with this section's.
  bool run_section(std::size_t section, std::vector<SectionResult>& results) {
    SectionResult& result = results.back();
    result.resize(plan_.contestants.size());
    ask_for_shares(plan_.sections[section], results);
    vain_repeats_ = 0;
    bool going = true;
    for (std::uint64_t round = 1; going && round <= plan_.rounds_of(plan_.sections[section]); ++round) {
      for (const std::size_t contestant : drawn_order(plan_.sections[section])) {
        if (result[contestant].failed() || is_out(section, contestant)) continue;
        going = observer_.goes_on() &&
                run_round({.section = section, .round = round, .contestant = contestant}, result[contestant]);
        if (!going) break;
      }
    }
    observer_.section_ended(section, result);
    return going;
  }

 private:
  // The section of the series that has each contestant's maximum.
  std::size_t maximum_of(const Section& section) const {
    const auto found = std::ranges::find_if(plan_.sections, [&section](const Section& one) {
      return one.series == section.series && !one.level;
    });
    return static_cast<std::size_t>(found - plan_.sections.begin());
  }

  // What each contestant is asked for under this load, once its maximum is known.
  void ask_for_shares(const Section& section, std::vector<SectionResult>& results) const {
    if (!section.level) return;
    const SectionResult& maxima = results.at(maximum_of(section));
    for (std::size_t i = 0; i < results.back().size(); ++i) {
      if (section.level->rate) {
        results.back()[i].rate = section.level->rate;
      } else if (const auto maximum = maxima[i].median_rps()) {
        results.back()[i].rate = *maximum * section.level->share.value_or(1);
      }
    }
  }

  // It failed in this series before.
  bool is_out(std::size_t section, std::size_t contestant) const {
    return out_.contains({plan_.sections[section].series, contestant});
  }

  bool run_round(const RoundId& id, ContestantResult& into) {
    observer_.round_begins(id);
    const Section& section = plan_.sections[id.section];
    Contestant contestant = plan_.contestant_in(section, id.contestant);
    contestant.rate = into.rate;
    int& port = ports_[id.contestant];
    auto measured = measure_(section, contestant, port);
    const bool going = repeat_if_disturbed(id, contestant, measured);
    into.port = port;
    if (measured) {
      measured->round = id.round;
      measured->port = port;
      measured->rate = into.rate;
      observer_.round_ended(id, *measured);
      into.rounds.push_back(std::move(*measured));
      return going;
    }
    if (measured.error().interrupted) return false;
    observer_.round_failed(id, measured.error());
    into.failed_round = id.round;
    into.failure = measured.error().why;
    if (section.series != 0) out_.emplace(section.series, id.contestant);
    return true;
  }

  // False: interrupted meanwhile; then what was measured before counts.
  bool repeat_if_disturbed(const RoundId& id, const Contestant& contestant,
                           std::expected<RoundResult, RoundFailure>& measured) {
    const bool may_repeat = plan_.repeats_disturbed && vain_repeats_ < kVainRepeats;
    if (!measured || !measured->run.is_disturbed() || !may_repeat) return true;
    observer_.round_repeats(id, *measured);
    auto again = measure_(plan_.sections[id.section], contestant, ports_[id.contestant]);
    if (!again && again.error().interrupted) return false;
    if (!again) {
      measured = std::move(again);
      return true;
    }
    vain_repeats_ = again->run.is_disturbed() ? vain_repeats_ + 1 : 0;
    measured = calmer_of(*std::move(measured), *std::move(again));
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
  std::set<std::pair<std::size_t, std::size_t>> out_;  // series and contestant
  int vain_repeats_ = 0;                               // in a row, of the section
};

}  // namespace

BenchResult run_plan(const Plan& plan, const MeasureRound& measure, RunObserver& observer) {
  BenchResult result;
  Runner runner(plan, measure, observer);
  for (std::size_t section = 0; section < plan.sections.size(); ++section) {
    result.sections.emplace_back();
    if (!runner.run_section(section, result.sections)) break;
  }
  return result;
}

}  // namespace suite::bench
