#include "client/gates/gates.h"

#include <fmt/format.h>

#include <utility>
#include <nlohmann/json.hpp>

namespace suite {

std::string_view Gate::flag() const { return demand == Demand::kMustHold ? "--require" : "--fail-if"; }

std::vector<GateVerdict> judge(std::span<const Gate> gates, std::span<const LoadResult> results) {
  std::vector<GateVerdict> verdicts;
  for (std::size_t run = 0; run < results.size(); ++run) {
    if (results[run].interrupted) continue;
    for (const Gate& gate : gates) {
      Reading reading = read(gate.condition, results[run]);
      const bool as_demanded = reading.holds == (gate.demand == Demand::kMustHold);
      const bool breached = !as_demanded || !reading.measured.value;
      verdicts.push_back(
          {.gate = gate, .run = run + 1, .measured = std::move(reading.measured), .breached = breached});
    }
  }
  return verdicts;
}

std::string breach_text(const GateVerdict& verdict, std::size_t runs) {
  const Condition& condition = verdict.gate.condition;
  const std::string_view what = !verdict.measured.value                    ? "cannot be evaluated"
                                : verdict.gate.demand == Demand::kMustHold ? "does not hold"
                                                                           : "is breached";
  return fmt::format("{} '{}' {}{}: {}", verdict.gate.flag(), condition.text, what,
                     runs > 1 ? fmt::format(" in run {} of {}", verdict.run, runs) : "",
                     comparison_text(condition, verdict.measured));
}

std::string passed_text(std::span<const Gate> gates, const LoadResult& result) {
  std::string text;
  for (const GateVerdict& verdict : judge(gates, std::span(&result, 1))) {
    if (verdict.breached) continue;
    const Condition& condition = verdict.gate.condition;
    text += fmt::format("  gate          {}{}: passed, {}\n", condition.text,
                        verdict.gate.demand == Demand::kMustHold ? " required" : "",
                        reading_text(condition, verdict.measured));
  }
  return text;
}

nlohmann::ordered_json gates_json(std::span<const GateVerdict> verdicts) {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const GateVerdict& verdict : verdicts) {
    const Measured& measured = verdict.measured;
    const Condition& condition = verdict.gate.condition;
    list.push_back({{"flag", verdict.gate.flag()},
                    {"expr", condition.text},
                    {"run", verdict.run},
                    {"breached", verdict.breached},
                    {"value", measured.value ? Json(*measured.value) : Json(nullptr)},
                    {"limit", condition.limit},
                    {"unit", name_of(condition.unit)},
                    {"why", measured.value ? Json(nullptr) : Json(measured.why)}});
  }
  return list;
}

}  // namespace suite
