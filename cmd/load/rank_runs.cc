#include "cmd/load/rank_runs.h"

#include <fmt/format.h>

#include <utility>
#include <nlohmann/json.hpp>

#include "client/load_run.h"
#include "cmd/cli/output.h"
#include "cmd/cli/write_file.h"
#include "cmd/load/load_settings_report.h"
#include "cmd/load/rank_result.h"
#include "cmd/results/json_report.h"
#include "cmd/version.h"
#include "common/ranks/start_agreement.h"

namespace suite {
namespace {

// With ranks that still connect, when this one is done with it.
constexpr std::chrono::seconds kPatienceWithOthers{60};

// As `suite load --share` writes it. Gates are for all ranks together.
std::string document_of_part(LoadSettings settings, const LoadPlan& part,
                             std::span<const LoadResult> results) {
  settings.plan = part;
  settings.gates.clear();
  return load_document_text(
      results::json_report(settings, load_config(settings), this_environment(), results));
}

}  // namespace

LoadPlan RankRuns::part_of(const LoadPlan& plan) const {
  LoadPlan part = plan;
  part.share = {.part = post_.rank(), .parts = post_.size()};
  if (!terms_.measures_server) part.server_pid.reset();
  return part;
}

std::expected<std::string, Error> RankRuns::run(const LoadPlan& plan) {
  const LoadPlan part = part_of(plan);
  AgreedStart start;
  const auto agree = [&]() -> std::expected<std::chrono::steady_clock::time_point, Error> {
    const AgreementTerms terms{
        .hosts = terms_.hosts, .patience = kPatienceWithOthers + 2 * plan.timeout, .interrupt = &interrupt_};
    const auto agreed = agree_on_start(post_, terms);
    if (!agreed) return std::unexpected(agreed.error());
    start = *agreed;
    return start.at;
  };
  auto result = run_load(part, interrupt_, nullptr, agree);
  if (!result) return std::unexpected(std::move(result.error()));
  std::string text = rank_result_text(part, *result, start);
  keep(part, *std::move(result));
  return text;
}

void RankRuns::keep(const LoadPlan& part, LoadResult result) {
  if (!terms_.options.output.json_file || !terms_.options.settings.find_max.empty()) return;
  results_.push_back(std::move(result));
  const std::string path = fmt::format("{}.rank{}", *terms_.options.output.json_file, post_.rank());
  const auto written = write_file(path, document_of_part(terms_.options.settings, part, results_));
  if (!written) print_stderr("suite load: --json: cannot write '{}': {}\n", path, written.error());
}

std::string run_text(const LoadPlan& plan) {
  return nlohmann::json{{"rate", plan.rate ? nlohmann::json(plan.rate->per_second) : nlohmann::json()}}
      .dump();
}

LoadPlan plan_of_run(const LoadPlan& settings, std::string_view text) {
  LoadPlan plan = settings;
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const auto rate = json.is_object() ? json.value("rate", nlohmann::json()) : nlohmann::json();
  if (!rate.is_number()) {
    plan.rate.reset();
    return plan;
  }
  if (!plan.rate) plan.rate.emplace();
  plan.rate->per_second = rate.get<double>();
  return plan;
}

}  // namespace suite
