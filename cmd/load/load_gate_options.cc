#include "cmd/load/load_gate_options.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "client/gates/condition.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using Complaint = std::optional<std::string>;

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

Complaint apply_gates(const RawGateFlags& raw, const LoadPlan& plan, std::vector<Gate>& gates) {
  const auto adding = [&gates](Demand demand) {
    return [&gates, demand](Condition condition) {
      gates.push_back({.condition = std::move(condition), .demand = demand});
    };
  };
  if (auto complaint = apply_conditions("--fail-if", raw.fail_if, plan, adding(Demand::kMustNotHold))) {
    return complaint;
  }
  return apply_conditions("--require", raw.require, plan, adding(Demand::kMustHold));
}

bool asks_for_less(const Condition& condition) {
  return condition.comparison == Comparison::kLess || condition.comparison == Comparison::kAtMost;
}

// A search climbs while a condition holds, so it has to be one that a rate too high breaks.
Complaint check_goal(const Condition& goal, const LoadPlan& plan) {
  if (goal.metric.more_is_better && goal.unit != MetricUnit::kPercent) {
    return fmt::format(
        "--find-max: a rate is what it searches: '{}' cannot be the condition; give one such as p99<5ms",
        goal.text);
  }
  if (asks_for_less(goal) == goal.metric.more_is_better) {
    return fmt::format(
        "--find-max: '{}' is what a rate too high brings about; give what shall hold, such as {}", goal.text,
        goal.metric.more_is_better ? "achieved>99%" : "p99<5ms");
  }
  const bool reopens = plan.exchanges_per_connection() != UINT64_MAX;
  if (goal.metric.of_connections && !reopens && goal.metric.samples_taken > plan.connections) {
    return fmt::format("--find-max: '{}' takes {} connections at the least: give them with --conns",
                       goal.text, goal.metric.samples_taken);
  }
  return std::nullopt;
}

Complaint check_search(const CommandLine& line, const LoadOptions& options) {
  for (const std::string_view flag : {"--requests", "--runs"}) {
    if (!line.given(flag)) continue;
    return fmt::format("--find-max and {} exclude each other: a search takes steps of --secs", flag);
  }
  if (line.given("--progress"))
    return "--find-max and --progress exclude each other: a search prints its steps";
  if (options.output.format != LoadFormat::kLine && options.output.format != LoadFormat::kJson) {
    return "--find-max: a search has no such --format: give line or json";
  }
  return std::nullopt;
}

Complaint apply_search(const CommandLine& line, const RawGateFlags& raw, LoadOptions& options) {
  LoadSettings& settings = options.settings;
  LoadPlan steps = settings.plan;
  if (!steps.rate) steps.rate.emplace();
  const auto add = [&settings](Condition goal) { settings.find_max.push_back(std::move(goal)); };
  if (auto complaint = apply_conditions("--find-max", raw.find_max, steps, add)) return complaint;
  for (const Condition& goal : settings.find_max) {
    if (auto complaint = check_goal(goal, steps)) return complaint;
  }
  if (auto complaint = check_search(line, options)) return complaint;
  if (!line.given("--secs")) settings.plan.duration = kStepLength;
  if (!line.given("--warmup")) settings.plan.warmup = kStepWarmup;
  // The best step is what gates are for, and it has a rate.
  return apply_gates(raw, steps, settings.gates);
}

}  // namespace

void declare_gates(CommandLine& line, RawGateFlags& raw) {
  line.list({"--fail-if", "EXPR", "exit 3 if any run meets EXPR: p99>5ms, errors>1%, rps<100k; repeatable"},
            raw.fail_if);
  line.list({"--require", "EXPR", "exit 3 unless every run meets EXPR: p99<5ms; repeatable"}, raw.require);
  line.list({"--find-max", "EXPR", "search the highest rate at which p99<5ms, errors<1%; repeatable"},
            raw.find_max);
}

std::optional<std::string> apply_gates(const CommandLine& line, const RawGateFlags& raw,
                                       LoadOptions& options) {
  if (!raw.find_max.empty()) return apply_search(line, raw, options);
  return apply_gates(raw, options.settings.plan, options.settings.gates);
}

}  // namespace suite
