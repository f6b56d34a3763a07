#include "cmd/report/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "cmd/report/headline.h"
#include "cmd/results/ranking.h"
#include "cmd/results/share.h"
#include "common/base/units.h"
#include "common/stats/summary.h"

namespace suite::report {
namespace {

using results::BenchContestant;
using results::BenchSection;

Measured measured(const BenchContestant& contestant, Metric metric) {
  Measured figure{.rounds = results::values_of(contestant, metric), .median = {}, .interval = {}};
  if (figure.rounds.empty()) return figure;
  figure.median = median(figure.rounds);
  figure.interval = median_interval(figure.rounds);
  return figure;
}

Row row_of(const BenchContestant& contestant) {
  Row row{.name = contestant.name,
          .contestant = contestant.name,
          .serve = contestant.serve,
          .load = contestant.load};
  for (const auto& round : contestant.rounds) {
    row.numbers.push_back(round.round);
    row.errors += round.run.counts.errors.total();
  }
  row.limited.count(contestant);
  row.disturbed = results::disturbed_rounds(contestant);
  row.uneven = results::is_uneven(contestant);
  for (const Metric metric : kMetrics)
    row.figures[static_cast<std::size_t>(metric)] = measured(contestant, metric);
  if (contestant.failure) {
    row.failure = fmt::format("failed in round {}: {}", contestant.failure->round, contestant.failure->why);
  }
  return row;
}

Metric ranked_by(const std::vector<SectionOf>& parts) {
  if (std::ranges::any_of(parts, &SectionOf::is_load)) return Metric::kThroughput;
  std::vector<const BenchContestant*> contestants;
  for (const SectionOf& part : parts) {
    for (const BenchContestant& one : part.section->contestants) contestants.push_back(&one);
  }
  return results::ranking_metric(contestants, std::ranges::any_of(parts, &SectionOf::one_core));
}

// Best first; those without a round last.
void order(std::vector<Row>& rows, Metric metric) {
  const bool more = results::more_is_better(metric);
  std::ranges::stable_sort(rows, [&](const Row& one, const Row& other) {
    const auto a = one.of(metric).median, b = other.of(metric).median;
    if (!a || !b) return a.has_value() && !b.has_value();
    return more ? *a > *b : *a < *b;
  });
}

void add_standings(std::vector<Row>& rows, std::size_t source, const BenchSection& section, Metric metric) {
  for (const results::Standing& standing : results::rank(section, metric)) {
    for (Row& row : rows) {
      if (row.source != source || row.name != section.contestants[standing.contestant].name) continue;
      row.ratio = standing.ratio;
      row.rank = standing.rank;
    }
  }
}

void add_shares(std::vector<Row>& rows, const SectionOf& part, Metric metric) {
  if (part.limits == nullptr) return;
  for (const BenchContestant& one : part.section->contestants) {
    for (Row& row : rows) {
      if (row.source != part.source || row.name != one.name) continue;
      row.share = results::share_of_limit(*part.limits, *part.section, one, metric);
    }
  }
}

std::vector<std::pair<Metric, PairedRatio>> three_ratios(const BenchSection& section) {
  std::vector<std::pair<Metric, PairedRatio>> ratios;
  for (const Metric metric : {Metric::kThroughput, Metric::kServerCpu, Metric::kP99}) {
    const auto ratio = results::ratio_of(section.contestants.back(), section.contestants.front(), metric);
    if (ratio) ratios.emplace_back(metric, *ratio);
  }
  return ratios;
}

std::string title_of(const BenchSection& section, bool is_load) {
  std::string title = is_load ? "load" : results::cell_name(section);
  if (is_load && section.conns > 0) title += ", " + format_items(section.conns, "connection");
  const bool says_depth = section.point && section.point->axis == results::Axis::kDepth;
  if (section.depth > 1 && !says_depth) title += fmt::format(", depth {}", section.depth);
  return title;
}

}  // namespace

Table table_of(const std::vector<SectionOf>& parts, std::span<const Source> sources) {
  const BenchSection& first = *parts.front().section;
  Table table{.title = title_of(first, parts.front().is_load),
              .workload = first.workload,
              .conns = first.conns,
              .depth = first.depth,
              .size = first.size,
              .point = first.point,
              .level = first.level,
              .is_load = parts.front().is_load,
              .is_overlaid = parts.size() > 1};
  for (const SectionOf& part : parts) {
    for (const BenchContestant& contestant : part.section->contestants) {
      table.rows.push_back(row_of(contestant));
      table.rows.back().source = part.source;
      table.rows.back().entry = table.rows.size();
    }
  }
  // Who is asked for a given number of requests answers as many.
  table.ranked_by = table.level ? Metric::kP99 : ranked_by(parts);
  if (!table.is_load) {
    for (const SectionOf& part : parts) {
      add_standings(table.rows, part.source, *part.section, table.ranked_by);
      add_shares(table.rows, part, table.ranked_by);
    }
  }
  order(table.rows, table.ranked_by);
  if (table.is_load || parts.size() > 1) {
    for (std::size_t i = 0; i < table.rows.size(); ++i) table.rows[i].rank = i + 1;
  }
  if (sources.size() > 1 && !table.is_load) {
    for (Row& row : table.rows) row.name += fmt::format(" ({})", sources[row.source].label);
  }
  if (table.is_load) {
    table.headline = load_headline(table);
  } else if (parts.size() > 1) {
    table.headline = overlaid_headline(table);
  } else {
    table.headline = headline_of(first, table);
    if (first.contestants.size() == 2) table.ratios = three_ratios(first);
  }
  return table;
}

}  // namespace suite::report
