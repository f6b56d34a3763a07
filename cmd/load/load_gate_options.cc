#include "cmd/load/load_gate_options.h"

#include <fmt/format.h>

#include <chrono>
#include <span>
#include <string_view>
#include <utility>

#include "client/gates/condition.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

// Of a step of a search.
constexpr std::chrono::nanoseconds kStepLength = 2s;
constexpr std::chrono::nanoseconds kStepWarmup = 200ms;  // its connections are new

// Hands each condition to `add`.
template <class Add>
Complaint apply_conditions(std::string_view flag, const std::vector<std::string>& texts, const LoadPlan& plan,
                           Add add) {
  for (const std::string& text : texts) {
    auto condition = parse_condition(text);
    if (!condition) return fmt::format("{}: {}", flag, condition.error());
    if (const auto missing = lacks(condition->metric, plan)) return fmt::format("{}: {}", flag, *missing);
    add(std::move(*condition));
  }
  return std::nullopt;
}

Complaint apply_demands(const GateFlags& flags, const LoadPlan& plan, std::vector<Gate>& gates) {
  const auto adding = [&gates](Demand demand) {
    return [&gates, demand](Condition condition) {
      gates.push_back({.condition = std::move(condition), .demand = demand});
    };
  };
  if (auto complaint = apply_conditions("--fail-if", flags.fail_if, plan, adding(Demand::kMustNotHold))) {
    return complaint;
  }
  return apply_conditions("--require", flags.require, plan, adding(Demand::kMustHold));
}

bool asks_for_less(const Condition& condition) {
  return condition.comparison == Comparison::kLess || condition.comparison == Comparison::kAtMost;
}

// A search climbs while a condition holds, so it has to be one that a rate too high breaks.
Complaint check_goal(const Condition& goal, const LoadPlan& plan) {
  if (goal.metric.more_is_better && goal.unit != MetricUnit::kPercent) {
    return fmt::format(
        "--find-max: '{}' is about the rate, which is what it searches: give a condition such as p99<5ms",
        goal.text);
  }
  if (asks_for_less(goal) == goal.metric.more_is_better) {
    return fmt::format("--find-max: '{}' is true when the rate is too high: give what must hold, such as {}",
                       goal.text, goal.metric.more_is_better ? "achieved>99%" : "p99<5ms");
  }
  const bool reopens = plan.exchanges_per_connection() != UINT64_MAX;
  if (goal.metric.of_connections && !reopens && goal.metric.samples_taken > plan.own_connections()) {
    return fmt::format("--find-max: '{}' needs at least {} connections: give them with --conns", goal.text,
                       goal.metric.samples_taken);
  }
  return std::nullopt;
}

Complaint apply_search(const GateFlags& flags, const GivenOptions& given, const ReportFormat& format,
                       LoadSettings& settings) {
  LoadPlan steps = settings.plan;
  if (!steps.rate) steps.rate.emplace();
  const auto add = [&settings](Condition goal) { settings.find_max.push_back(std::move(goal)); };
  if (auto complaint = apply_conditions("--find-max", flags.find_max, steps, add)) return complaint;
  for (const Condition& goal : settings.find_max) {
    if (auto complaint = check_goal(goal, steps)) return complaint;
  }
  if (!format.of_a_search) {
    std::string others;
    for (const ReportFormat& other : report_formats()) {
      if (other.of_a_search) others += fmt::format("{}{}", others.empty() ? "" : " or ", other.name);
    }
    return fmt::format("--find-max: a search has no --format {}: give {}", format.name, others);
  }
  if (!given.has("--secs")) settings.plan.duration = kStepLength;
  if (!given.has("--warmup")) settings.plan.warmup = kStepWarmup;
  // The best step is what gates are for, and it has a rate.
  return apply_demands(flags, steps, settings.gates);
}

std::vector<std::string> texts_of(std::span<const Gate> gates, Demand demand) {
  std::vector<std::string> texts;
  for (const Gate& gate : gates) {
    if (gate.demand == demand) texts.push_back(gate.condition.text);
  }
  return texts;
}

}  // namespace

OptionGroup gate_group(GateFlags& flags, const LoadSettings& settings) {
  constexpr std::string_view kSteps = "a search takes steps of --secs";
  std::vector<std::string> goals;
  for (const Condition& goal : settings.find_max) goals.push_back(goal.text);
  return {.title = "Gates and searches",
          .options = {
              {.name = "--fail-if",
               .takes = "EXPR",
               .value = values::list(flags.fail_if),
               .help = "exit 3 if any run meets EXPR: p99>5ms, errors>1%, rps<100k; repeatable",
               .config = {{"fail_if", texts_of(settings.gates, Demand::kMustNotHold)}}},
              {.name = "--require",
               .takes = "EXPR",
               .value = values::list(flags.require),
               .help = "exit 3 unless every run meets EXPR: p99<5ms; repeatable",
               .config = {{"require", texts_of(settings.gates, Demand::kMustHold)}}},
              {.name = "--find-max",
               .takes = "EXPR",
               .value = values::list(flags.find_max),
               .help = "search the highest rate at which p99<5ms, errors<1%; repeatable",
               .excludes = {{"--requests", kSteps},
                            {"--runs", kSteps},
                            {"--progress", "a search prints its steps"}},
               .config = {{"find_max", goals}}},
          }};
}

Complaint apply_gates(const GateFlags& flags, const GivenOptions& given, const ReportFormat& format,
                      LoadSettings& settings) {
  if (!flags.find_max.empty()) return apply_search(flags, given, format, settings);
  return apply_demands(flags, settings.plan, settings.gates);
}

}  // namespace suite
