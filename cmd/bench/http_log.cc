#include "cmd/bench/http_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "cmd/bench/pages.h"
#include "common/base/units.h"

namespace suite::bench {
namespace {

// The section that a column of the table shows.
std::optional<std::size_t> parallel_section(const Plan& plan, std::size_t measured) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < measured; ++i) {
    if (plan.sections[i].workload.column() != TableColumn::kParallel) continue;
    if (!found || plan.sections[i].conns > plan.sections[*found].conns) found = i;
  }
  return found;
}

std::optional<std::size_t> sequential_section(const Plan& plan, std::size_t measured) {
  for (std::size_t i = 0; i < measured; ++i) {
    if (plan.sections[i].workload.column() == TableColumn::kSequential) return i;
  }
  return std::nullopt;
}

// "8313.59", or "-" where there is no figure.
std::string cell(const BenchResult& result, std::optional<std::size_t> section, std::size_t contestant) {
  if (!section) return "-";
  const RoundResult* round = result.sections[*section][contestant].median_round();
  return round == nullptr ? "-" : fmt::format("{:.2f}", round->run.rps());
}

std::string caption(const Plan& plan, std::optional<std::size_t> parallel,
                    std::optional<std::size_t> sequential) {
  std::string text =
      "Requests per second, the median of the rounds; the larger the better. A new connection for each.\n";
  if (parallel) {
    text +=
        fmt::format("Parallel: {} at a time.\n", format_items(plan.sections[*parallel].conns, "connection"));
  }
  if (sequential) text += "Sequential: 10,000 different URLs, one at a time.\n";
  return text + "-wN: with N workers.\n\n";
}

// What differs between the servers, each remark once.
std::string remarks(const Plan& plan) {
  std::vector<std::string_view> said;
  for (const Contestant& one : plan.contestants) {
    if (std::ranges::find(said, one.remark) == said.end()) said.push_back(one.remark);
  }
  return fmt::format("{}", fmt::join(said, ""));
}

}  // namespace

std::string http_remarks(const Plan& plan) {
  return fmt::format(
      "{}A round of HTTP ends after its requests, or after {}. Its pages are gone at the end; to have them "
      "again:\n"
      "{}\n",
      remarks(plan), duration_argument(plan.http_limit), pages_recipe(plan.folder, plan.page_sizes()));
}

std::string http_report(const ContestantResult& result) {
  const RoundResult* median = result.median_round();
  if (median == nullptr) return {};
  std::string text = median->report;
  if (result.rounds.size() == 1) return text;
  text += fmt::format("\nThis was round {}, the median of {} by requests per second:", median->round,
                      result.rounds.size());
  for (const RoundResult& round : result.rounds) text += fmt::format(" {:.2f}", round.run.rps());
  return text + "\n";
}

std::string http_table(const Plan& plan, const BenchResult& result) {
  const auto parallel = parallel_section(plan, result.sections.size());
  const auto sequential = sequential_section(plan, result.sections.size());
  std::string rows;
  for (std::size_t i = 0; i < plan.contestants.size(); ++i) {
    const std::string first = cell(result, parallel, i), second = cell(result, sequential, i);
    if (first == "-" && second == "-") continue;
    rows += fmt::format("{:<26}  {:>8}  {:>10}\n", plan.contestants[i].name, first, second);
  }
  if (rows.empty()) return {};
  return caption(plan, parallel, sequential) +
         "Implementation benchmarked  Parallel  Sequential\n"
         "------------------------------------------------\n" +
         rows + "\n";
}

}  // namespace suite::bench
