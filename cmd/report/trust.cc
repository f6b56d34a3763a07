#include "cmd/report/trust.h"

#include <fmt/format.h>

#include <algorithm>

#include "cmd/report/setting.h"
#include "cmd/results/limit_names.h"
#include "cmd/results/self_test.h"
#include "common/base/units.h"

namespace suite::report {
namespace {

struct Counts {
  std::size_t rounds = 0, failed = 0;
  results::Limited limited;
  std::size_t disturbed = 0;  // rounds
  std::uint64_t errors = 0;
  std::size_t claims = 0;  // cells that were compared, with an interval
};

Counts counts_of(const Content& content) {
  Counts counts;
  for (const Table& table : content.tables) {
    for (const Row& row : table.rows) {
      counts.rounds += row.numbers.size();
      counts.limited += row.limited;
      counts.disturbed += row.disturbed;
      counts.errors += row.errors;
      counts.failed += row.failure ? 1 : 0;
      counts.claims += row.ratio && row.ratio->interval ? 1 : 0;
    }
  }
  return counts;
}

std::vector<std::string> faults_of(std::span<const Source> sources, const Counts& counts) {
  std::vector<std::string> faults;
  if (machines_differ(sources))
    faults.emplace_back("The results are of different machines, or of different kernels.");
  for (const Source& source : sources) {
    const auto* bench = std::get_if<results::BenchDocument>(&source.document);
    if (bench != nullptr && bench->interrupted)
      faults.push_back(fmt::format("{} is of an interrupted run.", source.file));
    if (bench != nullptr && !bench->complete) {
      faults.push_back(fmt::format("{} ends early: bench was still measuring, or was killed.", source.file));
    }
    if (bench != nullptr && bench->config.load_cpus.empty()) {
      faults.push_back("Load and server shared one processor.");
    }
  }
  if (counts.limited.by_client > 0) {
    faults.push_back(fmt::format("The client was the limit in {} of {} rounds: the servers can do more.",
                                 counts.limited.by_client, counts.rounds));
  }
  if (counts.disturbed > 0) {
    faults.push_back(fmt::format("Other programs, or the host of the machine, disturbed {} of {} rounds.",
                                 counts.disturbed, counts.rounds));
  }
  if (counts.errors > 0) faults.push_back(fmt::format("{} failed.", format_items(counts.errors, "request")));
  if (counts.failed > 0)
    faults.push_back(
        fmt::format("{} did not finish: see the table.", format_items(counts.failed, "contestant")));
  return faults;
}

std::vector<results::SelfTest> self_tests_of(std::span<const Source> sources) {
  std::vector<results::SelfTest> tests;
  for (const Source& source : sources) {
    const auto* bench = std::get_if<results::BenchDocument>(&source.document);
    const auto test = bench != nullptr ? results::self_test_of(*bench) : std::nullopt;
    if (test) tests.push_back(*test);
  }
  return tests;
}

}  // namespace

Trust trust_of(std::span<const Source> sources, const Content& content) {
  const Counts counts = counts_of(content);
  const std::string_view what = std::ranges::all_of(content.tables, &Table::is_load) ? "run" : "round";
  Trust trust{.quiet = true, .remarks = faults_of(sources, counts), .chance = {}};
  for (const auto& [warning, rounds] : content.warnings) {
    if (results::is_warning_of(Limit::kClient, warning)) continue;  // counted above
    trust.remarks.push_back(
        fmt::format("In {} of {}: {}.", rounds, format_items(counts.rounds, what), warning));
  }
  const auto self_tests = self_tests_of(sources);
  trust.quiet = trust.remarks.empty() && std::ranges::none_of(self_tests, &results::SelfTest::failed);
  if (trust.quiet) {
    trust.remarks.push_back(
        fmt::format("Nothing wrong was seen in {}: no errors, no warnings, the client was never the limit.",
                    format_items(counts.rounds, what)));
  }
  for (const results::SelfTest& test : self_tests)
    trust.remarks.push_back(fmt::format("Self-test: {}.", results::sentence_of(test)));
  if (counts.claims > 1) {
    trust.chance =
        fmt::format("{} comparisons: chance alone would claim a difference in about {:.2g} of them.",
                    counts.claims, kClaimedByChance * static_cast<double>(counts.claims));
  }
  return trust;
}

}  // namespace suite::report
