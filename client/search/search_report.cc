#include "client/search/search_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <nlohmann/json.hpp>

#include "common/base/units.h"

namespace suite {
namespace {

using Json = nlohmann::ordered_json;

// Rates are whole.
std::uint64_t whole(double rate) { return static_cast<std::uint64_t>(std::llround(rate)); }

std::string_view name_of(const SearchStep& step) {
  constexpr std::array<std::string_view, 3> kNames{"bracket", "bisect", "confirm"};
  return step.rate ? kNames[static_cast<std::size_t>(step.part)] : "closed loop";
}

std::string_view name_of(FindMaxResult::End end) {
  constexpr std::array<std::string_view, 5> kNames{"found", "none_passed", "all_passed", "out_of_steps",
                                                   "stopped"};
  return kNames[static_cast<std::size_t>(end)];
}

std::size_t width_of(const Condition& condition) {
  constexpr std::size_t kNarrowest = 8;
  return std::max(condition.text.size(), kNarrowest);
}

std::string_view remark(const FindMaxResult& result) {
  switch (result.end) {
    case FindMaxResult::End::kFound:
      return result.client_bound ? ", client-bound" : "";
    case FindMaxResult::End::kNonePassed:
      return ", no rate passed";
    case FindMaxResult::End::kAllPassed:
      return ", no rate failed";
    case FindMaxResult::End::kOutOfSteps:
      return ", not confirmed";
    case FindMaxResult::End::kStopped:
      break;
  }
  return result.failure ? ", broken off" : ", interrupted";
}

std::string advice_where_none_passed(const FindMaxPlan& plan, const FindMaxResult& result) {
  const SearchStep& last = result.steps.back();
  if (!last.rate) return fmt::format("no rate was tried: in a closed loop {}", last.failure);
  const double least = least_rate(plan);
  std::string text = fmt::format("not even {} requests/s passed: {}", format_rate(*last.rate), last.failure);
  if (least > 1) {
    text += fmt::format(
        "; a step of {} at a lower rate has too few samples for the percentile asked for (give a longer "
        "--secs)",
        duration_argument(*plan.load.duration));
  }
  return text;
}

std::string advice(const FindMaxPlan& plan, const FindMaxResult& result) {
  switch (result.end) {
    case FindMaxResult::End::kFound:
      if (!result.client_bound) return {};
      return "client-bound: beyond this rate the load generator had no time left, whatever the server can do "
             "(give it more --threads)";
    case FindMaxResult::End::kNonePassed:
      return advice_where_none_passed(plan, result);
    case FindMaxResult::End::kAllPassed:
      return "every rate passed, up to the highest one that is tried";
    case FindMaxResult::End::kOutOfSteps:
      return fmt::format(
          "not confirmed in {} steps: the same rate passes and fails in turn (a longer --secs steadies it)",
          search_time(plan).most_steps);
    case FindMaxResult::End::kStopped:
      break;
  }
  return result.failure ? "" : "interrupted: the bracket is what was known by then, and is not confirmed";
}

Json rate_or_null(const std::optional<double>& rate) { return rate ? Json(whole(*rate)) : Json(nullptr); }

Json step_json(const SearchStep& step) {
  Json values = Json::array();
  for (const Measured& one : step.measured) values.push_back(one.value ? Json(*one.value) : Json(nullptr));
  return {{"part", name_of(step)},     {"rate", rate_or_null(step.rate)},
          {"achieved", step.achieved}, {"values", std::move(values)},
          {"passed", step.passed()},   {"why", step.passed() ? Json(nullptr) : Json(step.failure)}};
}

}  // namespace

std::string conditions_text(std::span<const Condition> conditions) {
  std::string text;
  for (const Condition& one : conditions) text += (text.empty() ? "" : " and ") + one.text;
  return text;
}

std::string search_headline(const FindMaxPlan& plan) {
  const SearchTime time = search_time(plan);
  std::string text = fmt::format("The highest rate with {}: some {} steps of {}, {}; at most {} steps, {}.\n",
                                 conditions_text(plan.conditions), time.usual_steps,
                                 format_duration(plan.load.warmup + *plan.load.duration),
                                 format_duration(time.usual), time.most_steps, format_duration(time.most));
  text += fmt::format("  {:<11} {:>11} {:>11}", "step", "rate", "achieved");
  for (const Condition& one : plan.conditions) text += fmt::format("  {:<{}}", one.text, width_of(one));
  return text + "  result\n";
}

std::string step_line(const FindMaxPlan& plan, const SearchStep& step) {
  std::string text =
      fmt::format("  {:<11} {:>11} {:>11}", name_of(step), step.rate ? format_count(whole(*step.rate)) : "-",
                  format_count(whole(step.achieved)));
  for (std::size_t i = 0; i < plan.conditions.size(); ++i) {
    const Condition& one = plan.conditions[i];
    const auto& value = step.measured[i].value;
    text += fmt::format("  {:<{}}", value ? value_text(one, *value) : "-", width_of(one));
  }
  if (!step.passed()) return text + "  fail: " + step.failure;
  return text + (step.rate ? "  pass" : "  where to start");
}

std::string find_max_line(const FindMaxPlan& plan, const FindMaxResult& result) {
  const std::uint64_t low = result.low ? whole(*result.low) : 0;
  return fmt::format("Max rate: {} [reqests/sec], bracket: {}..{}, {}{}", low, low,
                     result.high ? fmt::to_string(whole(*result.high)) : "inf",
                     conditions_text(plan.conditions), remark(result));
}

std::string find_max_advice(const FindMaxPlan& plan, const FindMaxResult& result) {
  const std::string text = advice(plan, result);
  return text.empty() ? "" : fmt::format("  warning: {}\n", text);
}

Json find_max_json(const FindMaxPlan& plan, const FindMaxResult& result) {
  Json steps = Json::array();
  for (const SearchStep& step : result.steps) steps.push_back(step_json(step));
  return {{"expr", conditions_text(plan.conditions)},
          {"end", name_of(result.end)},
          {"rate", rate_or_null(result.low)},
          {"low", rate_or_null(result.low)},
          {"high", rate_or_null(result.high)},
          {"client_bound", result.client_bound},
          {"steps", std::move(steps)}};
}

}  // namespace suite
