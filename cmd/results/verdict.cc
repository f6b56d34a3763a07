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
  std::string_view verdict;  // {0}: after, {1}: before, {2}: percent, {3}: more or less
  std::string_view more, less;
};

// In the order of kAllCompared.
constexpr std::array<Wording, kAllCompared.size()> kWordings{
    {{.verdict = "{0} is {2} {3} than {1}", .more = "faster", .less = "slower"},
     {.verdict = "{0} takes {2} {3} server CPU per request than {1}", .more = "more", .less = "less"},
     {.verdict = "p99 of {0} is {2} {3} than that of {1}", .more = "higher", .less = "lower"}}};

const Wording& wording_of(Metric metric) { return kWordings[place_of(metric)]; }

std::optional<double> positive_value_of(const LoadRun& run, Metric metric) {
  const auto value = value_of(run, metric);
  return value && *value > 0 && std::isfinite(*value) ? value : std::nullopt;
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

std::string aside(const Comparison& comparison, Metric metric) {
  const std::string_view noun = title_of(metric);
  const auto& ratio = comparison.ratio(metric);
  if (!ratio) return fmt::format("{}: not known", noun);
  if (!ratio->shows_difference()) return fmt::format("{}: no difference shown", noun);
  return fmt::format("{} {} %", noun, signed_digits(percent_of(ratio->value)));
}

std::string asides(const Comparison& comparison, Metric metric) {
  std::string text;
  for (const Metric other : kAllCompared) {
    if (other != metric) text += "; " + aside(comparison, other);
  }
  const std::string of_all = fmt::format(" of {}", format_items(comparison.pairs, "round"));
  if (comparison.client_bound > 0) {
    text += fmt::format("; the client was the limit in {}{}", comparison.client_bound, of_all);
  }
  if (comparison.shared_cores > 0) {
    text += fmt::format("; shared cores were the limit in {}{}", comparison.shared_cores, of_all);
  }
  return text;
}

std::string difference_sentence(const PairedRatio& ratio, Metric metric, Sides sides) {
  const Wording& wording = wording_of(metric);
  const std::string percent = fmt::format("{} %", digits(std::abs(percent_of(ratio.value))));
  return fmt::format(fmt::runtime(wording.verdict), sides.after, sides.before, percent,
                     ratio.value > 1 ? wording.more : wording.less);
}

}  // namespace

std::optional<Metric> find_compared(std::string_view name) {
  const auto* const found =
      std::ranges::find(kAllCompared, name, [](Metric metric) { return name_of(metric); });
  return found == kAllCompared.end() ? std::nullopt : std::optional(*found);
}

Metric Comparison::usual_metric() const {
  return is_mostly_limited() && ratio(Metric::kServerCpu) ? Metric::kServerCpu : Metric::kThroughput;
}

Comparison comparison_of(std::span<const RunPair> pairs) {
  const auto limited_by = [&](Limit limit) {
    return static_cast<std::size_t>(std::ranges::count_if(pairs, [&](const RunPair& pair) {
      return pair.before->limit == limit || pair.after->limit == limit;
    }));
  };
  Comparison comparison{.pairs = pairs.size(),
                        .client_bound = limited_by(Limit::kClient),
                        .shared_cores = limited_by(Limit::kSharedCores),
                        .ratios = {}};
  for (const Metric metric : kAllCompared) {
    std::vector<double> before, after;
    for (const RunPair& pair : pairs) {
      const auto old_value = positive_value_of(*pair.before, metric),
                 new_value = positive_value_of(*pair.after, metric);
      if (!old_value || !new_value) break;
      before.push_back(*old_value);
      after.push_back(*new_value);
    }
    if (pairs.empty() || after.size() < pairs.size()) continue;
    comparison.ratios[place_of(metric)] = paired_ratio(after, before);
  }
  return comparison;
}

Comparison comparison_of(std::span<const LoadRun* const> before, std::span<const LoadRun* const> after) {
  const std::size_t fewer = std::min(before.size(), after.size());
  const auto limited_by = [&](Limit limit) {
    const auto count = [&](std::span<const LoadRun* const> runs) {
      return static_cast<std::size_t>(
          std::ranges::count_if(runs, [&](const LoadRun* run) { return run->limit == limit; }));
    };
    return std::min(fewer, std::max(count(before), count(after)));
  };
  Comparison comparison{.pairs = fewer,
                        .client_bound = limited_by(Limit::kClient),
                        .shared_cores = limited_by(Limit::kSharedCores),
                        .ratios = {}};
  if (fewer == 0) return comparison;
  for (const Metric metric : kAllCompared) {
    const auto values = [metric](std::span<const LoadRun* const> runs) {
      std::vector<double> known;
      for (const LoadRun* run : runs) {
        if (const auto value = positive_value_of(*run, metric)) known.push_back(*value);
      }
      return known.size() == runs.size() ? known : std::vector<double>();
    };
    const std::vector<double> old_values = values(before), new_values = values(after);
    if (old_values.empty() || new_values.empty()) continue;
    comparison.ratios[place_of(metric)] = unpaired_ratio(new_values, old_values);
  }
  return comparison;
}

std::optional<std::string> why_not_comparable(const Comparison& comparison, Metric metric) {
  if (metric != Metric::kThroughput || !comparison.is_mostly_limited() ||
      comparison.ratio(Metric::kServerCpu))
    return std::nullopt;
  const bool shared = comparison.shared_cores > comparison.client_bound;
  return fmt::format("{} in {} of {}, and the servers' CPU time is not known",
                     shared ? "shared cores were the limit" : "the client was the limit",
                     shared ? comparison.shared_cores : comparison.client_bound,
                     format_items(comparison.pairs, "round"));
}

std::string verdict_sentence(const Comparison& comparison, Metric metric, Sides sides) {
  const auto& ratio = comparison.ratio(metric);
  const std::string_view noun = title_of(metric);
  if (comparison.pairs == 0) {
    return fmt::format("nothing to compare: {} and {} have no round in common", sides.before, sides.after);
  }
  if (!ratio) return fmt::format("nothing to compare: {} is not known of every round", noun);
  if (const auto why = why_not_comparable(comparison, metric)) return "not comparable: " + *why;
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

std::optional<std::string> regression_in(const Comparison& comparison, Metric metric, double percent) {
  const auto& ratio = comparison.ratio(metric);
  if (!ratio || !ratio->shows_difference()) return std::nullopt;
  const double change = percent_of(ratio->value);
  const double worse = !more_is_better(metric) ? change : -change;
  if (worse <= 0 || worse < percent) return std::nullopt;
  return fmt::format("a regression: {} {} by {} %, which is not less than {} %", title_of(metric),
                     !more_is_better(metric) ? "rose" : "fell", digits(worse), digits(percent));
}

}  // namespace suite::results
