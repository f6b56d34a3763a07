#include "client/gates/gates.h"

#include <fmt/format.h>

#include <utility>
#include <nlohmann/json.hpp>

namespace suite {

std::vector<GateVerdict> judge(std::span<const Condition> gates, std::span<const LoadResult> results) {
  std::vector<GateVerdict> verdicts;
  for (std::size_t run = 0; run < results.size(); ++run) {
    if (results[run].interrupted) continue;
    for (const Condition& gate : gates) {
      Reading reading = read(gate, results[run]);
      const bool breached = reading.holds || !reading.measured.value;
      verdicts.push_back(
          {.gate = gate, .run = run + 1, .measured = std::move(reading.measured), .breached = breached});
    }
  }
  return verdicts;
}

std::string breach_text(const GateVerdict& verdict, std::size_t runs) {
  return fmt::format("--fail-if '{}' is breached{}: {}", verdict.gate.text,
                     runs > 1 ? fmt::format(" in run {} of {}", verdict.run, runs) : "",
                     reading_text(verdict.gate, verdict.measured));
}

std::string passed_text(std::span<const Condition> gates, const LoadResult& result) {
  std::string text;
  for (const GateVerdict& verdict : judge(gates, std::span(&result, 1))) {
    if (verdict.breached) continue;
    text += fmt::format("  gate          {}: passed, {}\n", verdict.gate.text,
                        reading_text(verdict.gate, verdict.measured));
  }
  return text;
}

nlohmann::ordered_json gates_json(std::span<const GateVerdict> verdicts) {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const GateVerdict& verdict : verdicts) {
    const Measured& measured = verdict.measured;
    list.push_back({{"expr", verdict.gate.text},
                    {"run", verdict.run},
                    {"breached", verdict.breached},
                    {"value", measured.value ? Json(*measured.value) : Json(nullptr)},
                    {"limit", verdict.gate.limit},
                    {"unit", name_of(verdict.gate.unit)},
                    {"why", measured.value ? Json(nullptr) : Json(measured.why)}});
  }
  return list;
}

}  // namespace suite
