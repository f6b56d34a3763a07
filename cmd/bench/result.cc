#include "cmd/bench/result.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace suite::bench {
namespace {

// Keeps the order in which the members came: they are written again later.
using Json = nlohmann::ordered_json;

const Json* member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::optional<double> number(const Json& object, const char* name) {
  const Json* found = member(object, name);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

std::uint64_t sum_of_errors(const Json& kinds) {
  std::uint64_t sum = 0;
  for (const Json& count : kinds) {
    if (count.is_number_unsigned()) sum += count.get<std::uint64_t>();
  }
  return sum;
}

}  // namespace

std::expected<RoundResult, std::string> parse_load_result(std::string_view text) {
  const Json document = Json::parse(text, nullptr, false);
  if (!document.is_object()) return std::unexpected("it printed no JSON object");
  const Json* runs = member(document, "runs");
  if (runs == nullptr || !runs->is_array() || runs->empty() || !runs->front().is_object()) {
    return std::unexpected("its JSON holds no run");
  }
  const Json& run = runs->front();
  const auto completed = number(run, "completed"), rps = number(run, "rps");
  const auto client_cpu = number(run, "client_cpu_seconds");
  const Json* errors = member(run, "errors");
  if (!completed || !rps || !client_cpu || errors == nullptr) {
    return std::unexpected("its run lacks completed, rps, client_cpu_seconds or errors");
  }
  return RoundResult{.completed = static_cast<std::uint64_t>(*completed),
                     .errors = sum_of_errors(*errors),
                     .rps = *rps,
                     .client_cpu_seconds = *client_cpu,
                     .server_cpu_seconds = number(run, "server_cpu_seconds"),
                     .run_json = run.dump()};
}

const RoundResult* ContestantResult::median_round() const {
  if (rounds.empty()) return nullptr;
  std::vector<const RoundResult*> sorted;
  for (const RoundResult& round : rounds) sorted.push_back(&round);
  std::ranges::stable_sort(sorted, {}, &RoundResult::rps);
  return sorted[(sorted.size() - 1) / 2];
}

bool BenchResult::any_failed() const {
  return std::ranges::any_of(sections, [](const SectionResult& section) {
    return std::ranges::any_of(section, &ContestantResult::failed);
  });
}

}  // namespace suite::bench
