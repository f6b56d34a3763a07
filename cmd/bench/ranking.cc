#include "cmd/bench/ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <set>
#include <string_view>

#include "cmd/bench/plan.h"
#include "cmd/bench/sweep.h"
#include "cmd/cli/text_lines.h"
#include "cmd/cli/time_text.h"
#include "cmd/results/share.h"
#include "common/base/units.h"

namespace suite::bench {
namespace {

using results::BenchContestant;
using results::BenchSection;
using results::Standing;

constexpr std::size_t kColumns = 100;
constexpr std::size_t kNarrowestName = 12;

/// Why a row is to be read with care; what it means stands below the tables, once.
struct Mark {
  std::string_view word;
  std::string_view meaning;
};
constexpr Mark kSlower{"slower", "than the fastest: the 95 % interval of the ratio excludes 1"};
constexpr Mark kFaster{"faster", "round by round than the one above with the higher median"};
constexpr Mark kMoreCpu{"more-cpu",
                        "takes more server CPU per request than the first: the interval excludes 1"};
constexpr Mark kLessCpu{"less-cpu", "takes less, round by round, than the one above with the lower median"};
constexpr Mark kTie{"tie", "no difference from the first is shown: the interval contains 1; equal places"};
constexpr Mark kFewRounds{"few-rounds", "fewer than six rounds: no interval, and no difference is claimed"};
constexpr Mark kClientBound{"client-bound",
                            "the load generator was the limit in most rounds: compare the server's CPU time"};
constexpr Mark kErrors{"errors", "some requests failed: the log has the numbers"};
constexpr Mark kSharedCores{"shared-cores",
                            "load and server shared cores, and these were the limit in most rounds"};
constexpr Mark kDisturbed{"disturbed",
                          "others took more than 5 % of a processor from some of its rounds, also when these "
                          "were measured again"};
constexpr Mark kUneven{"uneven", "the busiest worker had over 1.5 times the mean of requests in most rounds"};
constexpr std::array kMarks{&kSlower,      &kFaster,      &kMoreCpu,   &kLessCpu, &kTie,   &kFewRounds,
                            &kClientBound, &kSharedCores, &kDisturbed, &kUneven,  &kErrors};

using Marks = std::vector<const Mark*>;

const Mark& mark_of(const PairedRatio& ratio, results::Metric metric) {
  if (!ratio.interval) return kFewRounds;
  if (!ratio.shows_difference()) return kTie;
  if (metric == results::Metric::kServerCpu) return ratio.value > 1 ? kMoreCpu : kLessCpu;
  return ratio.value < 1 ? kSlower : kFaster;
}

Marks marks_of(const Standing& standing, results::Metric metric) {
  Marks marks;
  if (standing.ratio) marks.push_back(&mark_of(*standing.ratio, metric));
  if (standing.limit == Limit::kClient) marks.push_back(&kClientBound);
  if (standing.limit == Limit::kSharedCores) marks.push_back(&kSharedCores);
  if (standing.disturbed > 0) marks.push_back(&kDisturbed);
  if (standing.uneven) marks.push_back(&kUneven);
  if (standing.errors > 0) marks.push_back(&kErrors);
  return marks;
}

std::string text_of(const Marks& marks) {
  std::string words;
  for (const Mark* mark : marks) words += fmt::format("{}{}", words.empty() ? "" : " ", mark->word);
  return words;
}

std::string lines_of(std::string_view text, std::size_t indent) { return wrapped(text, kColumns, indent); }

struct Row {
  std::string place, name, rps, ratio, interval, cpu, cpu_ratio, share, marks;
};

// With a star where it differs from 1.
std::string cpu_ratio_text(const std::optional<PairedRatio>& ratio) {
  if (!ratio) return {};
  return fmt::format("{:.3f}x{}", ratio->value, ratio->shows_difference() ? "*" : " ");
}

Row row_of(const Standing& standing, const BenchSection& section, results::Metric metric,
           std::optional<double> share) {
  const auto rps = static_cast<std::uint64_t>(std::llround(standing.median_rps));
  Row row{.place = fmt::format("{}.", standing.rank),
          .name = section.contestants[standing.contestant].name,
          .rps = format_count(rps),
          .ratio = {},
          .interval = {},
          .cpu = time_text(standing.server_cpu_per_request),
          .cpu_ratio = cpu_ratio_text(standing.cpu_ratio),
          .share = share ? fmt::format("{:.0f}%", *share * 100) : "",
          .marks = marks_text(standing, metric)};
  if (const auto& ratio = standing.ratio) {
    row.ratio = fmt::format("{:.3f}x", ratio->value);
    if (ratio->interval) {
      row.interval = fmt::format("{:.3f} to {:.3f}", ratio->interval->low, ratio->interval->high);
    }
  }
  return row;
}

// Of long names the end is left out, so that the marks stay in the line; more marks than fit have one of
// their own.
std::string line_of(const Row& row, std::size_t name_columns, std::size_t share_columns) {
  std::string name = row.name;
  if (name.size() > name_columns) name = name.substr(0, name_columns - 2) + "..";
  const std::string line =
      fmt::format("{:>4} {:<{}} {:>10} {:>7}  {:<14} {:>8} {:>9}{:>{}}", row.place, name, name_columns,
                  row.rps, row.ratio, row.interval, row.cpu, row.cpu_ratio, row.share, share_columns);
  constexpr std::string_view kIndent = "     ";
  if (line.size() + 2 + row.marks.size() <= kColumns)
    return without_trailing_blanks(line + "  " + row.marks) + "\n";
  return fmt::format("{}\n{}{}\n", without_trailing_blanks(line), kIndent, row.marks);
}

std::string table_of(const std::vector<Row>& rows) {
  constexpr std::size_t kShareColumns = 6;  // where a row has one
  std::size_t name = kNarrowestName, marks = 0, share = 0;
  for (const Row& row : rows) {
    if (!row.share.empty()) share = kShareColumns;
    name = std::max(name, row.name.size());
    marks = std::max(marks, row.marks.size());
  }
  constexpr std::size_t kOtherColumns = 4 + 1 + 1 + 10 + 1 + 7 + 2 + 14 + 1 + 8 + 1 + 9 + 2;
  const std::size_t least = share > 0 ? kNarrowestName - share : kNarrowestName;
  marks = std::min(marks, kColumns - kOtherColumns - share - least);
  name = std::max(least, std::min(name, kColumns - kOtherColumns - share - marks));
  std::string text;
  for (const Row& row : rows) text += line_of(row, name, share);
  return text;
}

// Of what is ranked by.
std::optional<double> share_of(const results::BenchDocument& document, const BenchSection& section,
                               std::size_t contestant) {
  return results::share_of_limit(document.limits, section, section.contestants[contestant],
                                 metric_of(document, section));
}

bool has_shares(const results::BenchDocument& document, const BenchSection& section) {
  for (std::size_t i = 0; i < section.contestants.size(); ++i) {
    if (share_of(document, section, i)) return true;
  }
  return false;
}

// `seen` gains the marks of its rows.
std::string section_text(const results::BenchDocument& document, const BenchSection& section,
                         std::set<const Mark*>& seen) {
  const results::Metric metric = metric_of(document, section);
  std::vector<Row> rows{{.place = {},
                         .name = "server",
                         .rps = "req/s",
                         .ratio = "ratio",
                         .interval = "95 % interval",
                         .cpu = "CPU/req",
                         .cpu_ratio = "CPU ratio",
                         .share = has_shares(document, section) ? "limit" : "",
                         .marks = {}}};
  for (const Standing& standing : results::rank(section, metric)) {
    rows.push_back(row_of(standing, section, metric, share_of(document, section, standing.contestant)));
    for (const Mark* mark : marks_of(standing, metric)) seen.insert(mark);
  }
  const std::string_view order =
      metric == results::Metric::kServerCpu ? "least server CPU per request first" : "fastest first";
  std::string text = lines_of(fmt::format("{}: medians, {}", title_of(section), order), 2) + table_of(rows);
  for (const BenchContestant& one : section.contestants) {
    if (!one.failure) continue;
    text += lines_of(
        fmt::format("     {} failed in round {}: {}", one.name, one.failure->round, one.failure->why), 7);
  }
  return text;
}

/// Ratios with an interval: so many differences could be claimed.
std::size_t intervals_in(const BenchSection& section, results::Metric metric) {
  std::size_t count = 0;
  for (const Standing& one : results::rank(section, metric)) {
    count += one.ratio && one.ratio->interval ? 1 : 0;
    if (metric != results::Metric::kServerCpu) count += one.cpu_ratio && one.cpu_ratio->interval ? 1 : 0;
  }
  return count;
}

std::string chance_text(std::size_t intervals) {
  if (intervals == 0) {
    return fmt::format("No ratio has an interval, and no difference is claimed: that takes {} rounds.",
                       kFewestPairs);
  }
  return fmt::format(
      "{} with an interval: of equals, chance alone would claim a difference in about {:.2g} (5 %).",
      format_items(intervals, "ratio"), kClaimedByChance * static_cast<double>(intervals));
}

bool has_result(const BenchSection& section) {
  return std::ranges::any_of(section.contestants,
                             [](const BenchContestant& one) { return !one.rounds.empty() || one.failure; });
}

}  // namespace

// A file may be of a version that had other workloads.
std::string title_of(const BenchSection& section) {
  if (const BenchWorkload* workload = find_workload(section.workload)) {
    Section titled{.workload = with_value(*workload, Axis::kDepth, section.depth), .conns = section.conns};
    if (section.size > 0) titled.workload = with_value(titled.workload, Axis::kSize, section.size);
    if (section.point && section.point->axis == Axis::kWorkers) titled.workers = section.point->value;
    titled.level = section.level;
    return titled.title();
  }
  return results::cell_name(section);
}

results::Metric metric_of(const results::BenchDocument& document, const BenchSection& section) {
  return results::ranking_metric(section, document.config.load_cpus.empty());
}

std::string marks_text(const Standing& standing, results::Metric metric) {
  return text_of(marks_of(standing, metric));
}

std::string ranking_text(const results::BenchDocument& document) {
  std::string text;
  std::set<const Mark*> seen;
  std::size_t intervals = 0;
  bool shares = false;
  for (const BenchSection& section : document.sections) {
    if (section.level || !has_result(section)) continue;
    text += section_text(document, section, seen);
    intervals += intervals_in(section, metric_of(document, section));
    shares |= has_shares(document, section);
    text += '\n';
  }
  text += lines_of(
      "CPU/req is the server's. Ratios are to the first row, over the rounds that both have: of what is "
      "ranked by, and of CPU/req (*: its 95 % interval excludes 1).",
      2);
  if (shares) {
    text += lines_of(
        "limit: the share of what this machine's TCP can do, of what is ranked by (suite limits).", 2);
  }
  text += lines_of(chance_text(intervals), 2);
  for (const Mark* mark : kMarks) {
    if (seen.contains(mark)) text += lines_of(fmt::format("{:>12}  {}", mark->word, mark->meaning), 14);
  }
  return text;
}

}  // namespace suite::bench
