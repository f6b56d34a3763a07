#include "cmd/results/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "common/base/units.h"
#include "common/stats/unpaired_ratio.h"

namespace suite::results {
namespace {

struct Wording {
  std::string_view name;
  std::string_view noun;     // in the list of the others
  std::string_view verdict;  // {0}: after, {1}: before, {2}: percent, {3}: more or less
  std::string_view more, less;
  bool more_is_worse;
};

// In the order of kAllCompared.
constexpr std::array<Wording, kAllCompared.size()> kWordings{
    {{.name = "rps",
      .noun = "throughput",
      .verdict = "{0} is {2} {3} than {1}",
      .more = "faster",
      .less = "slower",
      .more_is_worse = false},
     {.name = "server_cpu",
      .noun = "server CPU per request",
      .verdict = "{0} takes {2} {3} server CPU per request than {1}",
      .more = "more",
      .less = "less",
      .more_is_worse = true},
     {.name = "p99",
      .noun = "p99",
      .verdict = "p99 of {0} is {2} {3} than that of {1}",
      .more = "higher",
      .less = "lower",
      .more_is_worse = true}}};

const Wording& wording_of(Compared metric) { return kWordings[static_cast<std::size_t>(metric)]; }

// `suite load` begins the warning so.
bool is_client_bound(const LoadRun& run) {
  return std::ranges::any_of(run.warnings,
                             [](const std::string& warning) { return warning.starts_with("client-bound"); });
}

// Two digits that count: 0.42, 8.1, 11.
std::string digits(double percent) {
  return std::abs(percent) < 9.95 ? fmt::format("{:.2g}", percent) : fmt::format("{:.0f}", percent);
}

double percent_of(double ratio) { return (ratio - 1) * 100; }

std::string signed_digits(double percent) {
  const std::string text = digits(percent);
  return percent > 0 && text != "0" ? "+" + text : text;
}

// "5.2 to 11 %": the sizes of changes that all have one direction, the smaller first.
std::string range_of_sizes(const Interval& interval) {
  const double low = std::abs(percent_of(interval.low)), high = std::abs(percent_of(interval.high));
  return fmt::format("{} to {} %", digits(std::min(low, high)), digits(std::max(low, high)));
}

std::string aside(const Comparison& comparison, Compared metric) {
  const std::string_view noun = wording_of(metric).noun;
  const auto& ratio = comparison.ratio(metric);
  if (!ratio) return fmt::format("{}: not known", noun);
  if (!ratio->shows_difference()) return fmt::format("{}: no difference shown", noun);
  return fmt::format("{} {} %", noun, signed_digits(percent_of(ratio->value)));
}

std::string asides(const Comparison& comparison, Compared metric) {
  std::string text;
  for (const Compared other : kAllCompared) {
    if (other != metric) text += "; " + aside(comparison, other);
  }
  if (comparison.client_bound > 0) {
    text += fmt::format("; the client was the limit in {} of {}", comparison.client_bound,
                        format_items(comparison.pairs, "round"));
  }
  return text;
}

std::string difference_sentence(const PairedRatio& ratio, Compared metric, Sides sides) {
  const Wording& wording = wording_of(metric);
  const std::string percent = fmt::format("{} %", digits(std::abs(percent_of(ratio.value))));
  return fmt::format(fmt::runtime(wording.verdict), sides.after, sides.before, percent,
                     ratio.value > 1 ? wording.more : wording.less);
}

}  // namespace

std::string_view name_of(Compared metric) { return wording_of(metric).name; }

std::optional<Compared> find_compared(std::string_view name) {
  const auto found = std::ranges::find(kAllCompared, name, [](Compared metric) { return name_of(metric); });
  return found == kAllCompared.end() ? std::nullopt : std::optional(*found);
}

std::optional<double> value_of(const LoadRun& run, Compared metric) {
  std::optional<double> value;
  const auto completed = static_cast<double>(run.counts.completed);
  switch (metric) {
    case Compared::kRps:
      value = run.rps();
      break;
    case Compared::kServerCpu:
      if (run.server_cpu) value = std::chrono::duration<double>(*run.server_cpu).count() / completed;
      break;
    case Compared::kP99:
      if (!run.latency) break;
      if (const auto p99 = run.latency->percentile(0.99)) {
        value = std::chrono::duration<double>(*p99).count();
      }
      break;
  }
  return value && *value > 0 && std::isfinite(*value) ? value : std::nullopt;
}

Compared Comparison::usual_metric() const {
  return 2 * client_bound > pairs && ratio(Compared::kServerCpu) ? Compared::kServerCpu : Compared::kRps;
}

std::vector<RunPair> pairs_of(const BenchContestant& before, const BenchContestant& after) {
  std::vector<RunPair> pairs;
  for (const BenchRound& one : before.rounds) {
    const auto other = std::ranges::find(after.rounds, one.round, &BenchRound::round);
    if (other != after.rounds.end()) pairs.push_back({.before = &one.run, .after = &other->run});
  }
  return pairs;
}

Comparison comparison_of(std::span<const RunPair> pairs) {
  Comparison comparison{.pairs = pairs.size(), .client_bound = 0, .ratios = {}};
  comparison.client_bound = static_cast<std::size_t>(std::ranges::count_if(pairs, [](const RunPair& pair) {
    return is_client_bound(*pair.before) || is_client_bound(*pair.after);
  }));
  for (const Compared metric : kAllCompared) {
    std::vector<double> before, after;
    for (const RunPair& pair : pairs) {
      const auto old_value = value_of(*pair.before, metric), new_value = value_of(*pair.after, metric);
      if (!old_value || !new_value) break;
      before.push_back(*old_value);
      after.push_back(*new_value);
    }
    if (pairs.empty() || after.size() < pairs.size()) continue;
    comparison.ratios[static_cast<std::size_t>(metric)] = paired_ratio(after, before);
  }
  return comparison;
}

Comparison comparison_of(std::span<const LoadRun* const> before, std::span<const LoadRun* const> after) {
  const std::size_t fewer = std::min(before.size(), after.size());
  const auto bound = [](std::span<const LoadRun* const> runs) {
    return static_cast<std::size_t>(
        std::ranges::count_if(runs, [](const LoadRun* run) { return is_client_bound(*run); }));
  };
  Comparison comparison{
      .pairs = fewer, .client_bound = std::min(fewer, std::max(bound(before), bound(after))), .ratios = {}};
  if (fewer == 0) return comparison;
  for (const Compared metric : kAllCompared) {
    const auto values = [metric](std::span<const LoadRun* const> runs) {
      std::vector<double> known;
      for (const LoadRun* run : runs) {
        if (const auto value = value_of(*run, metric)) known.push_back(*value);
      }
      return known.size() == runs.size() ? known : std::vector<double>();
    };
    const std::vector<double> old_values = values(before), new_values = values(after);
    if (old_values.empty() || new_values.empty()) continue;
    comparison.ratios[static_cast<std::size_t>(metric)] = unpaired_ratio(new_values, old_values);
  }
  return comparison;
}

std::string verdict_sentence(const Comparison& comparison, Compared metric, Sides sides) {
  const auto& ratio = comparison.ratio(metric);
  const std::string_view noun = wording_of(metric).noun;
  if (comparison.pairs == 0) {
    return fmt::format("nothing to compare: {} and {} have no round in common", sides.before, sides.after);
  }
  if (!ratio) return fmt::format("nothing to compare: {} is not known of every round", noun);
  if (!ratio->interval) {
    return fmt::format("no verdict from {}: a difference takes {} ({}: {} %, {} against {})",
                       format_items(comparison.pairs, "round"), kFewestPairs, noun,
                       signed_digits(percent_of(ratio->value)), sides.after, sides.before);
  }
  if (ratio->shows_difference()) {
    return fmt::format("{} (95 %: {}{})", difference_sentence(*ratio, metric, sides),
                       range_of_sizes(*ratio->interval), asides(comparison, metric));
  }
  return fmt::format(
      "no difference shown between {} and {} ({}, 95 %: {} to {} %; this run would have seen {} %{})",
      sides.before, sides.after, noun, signed_digits(percent_of(ratio->interval->low)),
      signed_digits(percent_of(ratio->interval->high)), digits(*smallest_seen(*ratio) * 100),
      asides(comparison, metric));
}

std::optional<double> smallest_seen(const PairedRatio& ratio) {
  constexpr double kOfHalfWidth = 1.43;
  if (!ratio.interval) return std::nullopt;
  const double half_width = (std::log(ratio.interval->high) - std::log(ratio.interval->low)) / 2;
  return std::exp(kOfHalfWidth * half_width) - 1;
}

std::optional<std::string> regression_in(const Comparison& comparison, Compared metric, double percent) {
  const auto& ratio = comparison.ratio(metric);
  if (!ratio || !ratio->shows_difference()) return std::nullopt;
  const Wording& wording = wording_of(metric);
  const double change = percent_of(ratio->value);
  const double worse = wording.more_is_worse ? change : -change;
  if (worse <= 0 || worse < percent) return std::nullopt;
  return fmt::format("a regression: {} {} by {} %, which is not less than {} %", wording.noun,
                     wording.more_is_worse ? "rose" : "fell", digits(worse), digits(percent));
}

}  // namespace suite::results
