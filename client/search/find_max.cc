#include "client/search/find_max.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "client/judgement/busyness.h"
#include "common/base/units.h"

namespace suite {
namespace {

constexpr double kKept = 0.99;  // of the rate: what was sent of it, at the least

bool used_up_the_client(const LoadPlan& plan, const LoadResult& result) {
  const auto busy = busyness_of(plan, result);
  return busy && busy->client_at_limit() && (!busy->server || busy->server_has_room());
}

// How much was sent of what was due, which is the rate itself where arrivals are even.
double kept(const LoadResult& result) {
  if (!result.rate || result.rate->due == 0) return 1;
  return static_cast<double>(result.rate->sent) / static_cast<double>(result.rate->due);
}

std::string failure_of_conditions(const FindMaxPlan& plan, const LoadResult& result) {
  for (const Condition& condition : plan.conditions) {
    const Reading reading = read(condition, result);
    if (!reading.holds) return reading_text(condition, reading.measured);
  }
  return {};
}

bool any(const std::vector<Condition>& conditions, bool Metric::* of) {
  return std::ranges::any_of(conditions, [of](const Condition& one) { return one.metric.*of; });
}

std::string failure_of_step(const FindMaxPlan& plan, const SearchStep& step, const LoadResult& result) {
  if (result.connections_opened < result.connections_asked) {
    return fmt::format("connected {} of {}", format_count(result.connections_opened),
                       format_count(result.connections_asked));
  }
  if (kept(result) < kKept && !any(plan.conditions, &Metric::more_is_better)) {
    return fmt::format("achieved {:.1f}% of the rate{}", kept(result) * 100,
                       step.client_bound ? ", client-bound" : "");
  }
  if (result.counts.errors.total() > 0 && !any(plan.conditions, &Metric::counts_errors)) {
    return format_items(result.counts.errors.total(), "error");
  }
  return failure_of_conditions(plan, result);
}

/// What the parts of a search share.
class Search {
 public:
  Search(const FindMaxPlan& plan, const RunLoad& run, const std::function<void(const SearchStep&)>& on_step)
      : plan_(plan), run_(run), on_step_(on_step) {}

  FindMaxResult find() {
    const auto start = plan_.load.rate ? std::optional(plan_.load.rate->per_second) : closed_loop();
    if (!start) return std::move(found_);
    RateSearch rates({.start = *start, .least = least_rate(plan_)});
    while (const auto rate = rates.next()) {
      if (!step(rates, *rate)) break;
    }
    if (const auto end = rates.end()) found_.end = end_of(*end);
    take_bracket(rates);
    return std::move(found_);
  }

 private:
  void take_bracket(const RateSearch& rates) {
    found_.low = rates.low();
    found_.high = rates.high();
    for (const SearchStep& step : found_.steps) {
      if (step.rate == found_.high && !step.passed()) found_.client_bound = step.client_bound;
    }
    if (found_.low) found_.best = std::move(passed_.at(*found_.low));
  }

  static FindMaxResult::End end_of(RateSearch::End end) {
    switch (end) {
      case RateSearch::End::kFound:
        return FindMaxResult::End::kFound;
      case RateSearch::End::kNonePassed:
        return FindMaxResult::End::kNonePassed;
      case RateSearch::End::kAllPassed:
        return FindMaxResult::End::kAllPassed;
      case RateSearch::End::kOutOfSteps:
        break;
    }
    return FindMaxResult::End::kOutOfSteps;
  }

  // Nothing where the search is to stop.
  std::optional<LoadResult> run(const LoadPlan& load) {
    auto result = run_(load);
    if (!result) {
      found_.failure = std::move(result.error());
      return std::nullopt;
    }
    if (result->failure) found_.failure = std::move(result->failure);  // half a step is none
    if (result->failure || result->interrupted) return std::nullopt;
    return std::move(*result);
  }

  void record(SearchStep step, const LoadResult& result) {
    for (const Condition& condition : plan_.conditions) {
      step.measured.push_back(read(condition, result).measured);
    }
    on_step_(step);
    found_.steps.push_back(std::move(step));
  }

  // Half of what the connections complete when each waits for its answer: near the knee, and below it.
  std::optional<double> closed_loop() {
    LoadPlan load = plan_.load;
    load.rate.reset();
    const auto result = run(load);
    if (!result) return std::nullopt;
    const bool any_completed = result->counts.completed > 0;
    record({.achieved = result->rps(), .failure = any_completed ? "" : "nothing was completed"}, *result);
    if (any_completed) return result->rps() / 2;
    found_.end = FindMaxResult::End::kNonePassed;
    return std::nullopt;
  }

  bool step(RateSearch& rates, double rate) {
    LoadPlan load = plan_.load;
    if (!load.rate) load.rate.emplace();
    load.rate->per_second = rate;
    auto result = run(load);
    if (!result) return false;
    SearchStep step{.rate = rate, .part = rates.part()};
    step.achieved = result->rate ? result->rate->achieved : result->rps();
    step.client_bound = kept(*result) < kKept && used_up_the_client(load, *result);
    step.failure = failure_of_step(plan_, step, *result);
    rates.on_step(step.passed());
    const bool passed = step.passed();
    record(std::move(step), *result);
    if (passed) passed_.insert_or_assign(rate, std::move(*result));
    return true;
  }

  const FindMaxPlan& plan_;
  const RunLoad& run_;
  const std::function<void(const SearchStep&)>& on_step_;
  FindMaxResult found_;
  std::map<double, LoadResult> passed_;  // by their rates
};

}  // namespace

double least_rate(const FindMaxPlan& plan) {
  std::uint64_t samples = 0;
  for (const Condition& condition : plan.conditions) {
    samples = std::max(samples, condition.metric.samples_taken);
  }
  constexpr double kSpare = 1.1;  // chance arrivals are fewer in some steps
  const double seconds = std::chrono::duration<double>(*plan.load.duration).count();
  return std::max(1.0, std::ceil(kSpare * static_cast<double>(samples) / seconds));
}

SearchTime search_time(const FindMaxPlan& plan) {
  const auto step = plan.load.warmup + *plan.load.duration;
  const int closed_loop = plan.load.rate ? 0 : 1;
  const int usual = RateSearch::kUsualSteps + closed_loop;
  const int most = RateSearch::kMostSteps + closed_loop;
  return {.usual_steps = usual,
          .most_steps = most,
          .usual = step * usual,
          .most = (step + plan.load.timeout) * most};
}

FindMaxResult find_max(const FindMaxPlan& plan, const RunLoad& run,
                       const std::function<void(const SearchStep&)>& on_step) {
  return Search(plan, run, on_step).find();
}

}  // namespace suite
