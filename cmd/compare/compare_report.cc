#include "cmd/compare/compare_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "cmd/cli/text_lines.h"
#include "cmd/results/json_text.h"
#include "cmd/version.h"
#include "common/base/units.h"

namespace suite::compare {
namespace {

using results::Json;
using results::Metric;

using Row = std::array<std::string, 6>;

const Row kTitles{"cell", "runs", "throughput", "server CPU/req", "p99", "verdict"};

// "1.081x [1.052, 1.112]"
std::string ratio_text(const std::optional<PairedRatio>& ratio) {
  if (!ratio) return "-";
  if (!ratio->interval) return fmt::format("{:.3f}x", ratio->value);
  return fmt::format("{:.3f}x [{:.3f}, {:.3f}]{}", ratio->value, ratio->interval->low, ratio->interval->high,
                     ratio->shows_difference() ? " *" : "");
}

std::string_view judgement(const ComparedCell& cell) {
  const auto& ratio = cell.comparison.ratio(cell.judged_by);
  if (!ratio) return "not known";
  if (!ratio->interval) return "too few runs";
  if (!ratio->shows_difference()) return "no difference shown";
  const bool is_better = (ratio->value > 1) == (cell.judged_by == Metric::kThroughput);
  return is_better ? "faster" : "slower";
}

std::string judgement_text(const ComparedCell& cell) {
  const std::string text(judgement(cell));
  return cell.judged_by == Metric::kThroughput ? text
                                               : fmt::format("{} (by {})", text, name_of(cell.judged_by));
}

std::vector<Row> rows_of(const ComparedSides& sides) {
  std::vector<Row> rows{kTitles};
  for (const ComparedCell& cell : sides.cells) {
    const auto& comparison = cell.comparison;
    rows.push_back(
        {cell.name.empty() ? "all runs" : cell.name, fmt::format("{}, {}", cell.runs_before, cell.runs_after),
         ratio_text(comparison.ratio(Metric::kThroughput)), ratio_text(comparison.ratio(Metric::kServerCpu)),
         ratio_text(comparison.ratio(Metric::kP99)), judgement_text(cell)});
  }
  return rows;
}

double by_chance(std::size_t claims) { return kClaimedByChance * static_cast<double>(claims); }

std::string footer(const ComparedSides& sides) {
  const std::size_t claims = claims_possible(sides);
  std::string text = fmt::format("{} compared, after against before; {}",
                                 format_items(sides.cells.size(), "cell"), format_items(claims, "interval"));
  if (claims == 0) return text + fmt::format(": a difference takes {} runs of either side.\n", kFewestPairs);
  return text +
         fmt::format(" (*: excludes 1); of equals, chance alone would mark about {:.1f} of them (5 %).\n",
                     by_chance(claims));
}

std::string headline(const ComparedSides& sides) {
  if (sides.cells.size() != 1) return {};
  return sides.cells.front().sentence + ".\n\n";
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|' || c == '\\' || c == '`' || c == '<' || c == '*') result += '\\';
    result += c;
  }
  return result;
}

Json ratio_json(const std::optional<PairedRatio>& ratio) {
  if (!ratio) return nullptr;
  Json low, high;
  if (ratio->interval) {
    low = ratio->interval->low;
    high = ratio->interval->high;
  }
  return {{"ratio", ratio->value},
          {"low", std::move(low)},
          {"high", std::move(high)},
          {"difference_shown", ratio->shows_difference()}};
}

Json cell_json(const ComparedCell& cell) {
  Json json = {{"name", cell.name},
               {"runs_before", cell.runs_before},
               {"runs_after", cell.runs_after},
               {"client_bound", cell.comparison.client_bound},
               {"shared_cores", cell.comparison.shared_cores},
               {"judged_by", name_of(cell.judged_by)},
               {"verdict", judgement(cell)},
               {"sentence", cell.sentence},
               {"regression", cell.regression ? Json(*cell.regression) : Json()}};
  for (const Metric metric : results::kAllCompared) {
    json[std::string(name_of(metric))] = ratio_json(cell.comparison.ratio(metric));
  }
  return json;
}

Json side_json(const Side& side, const std::vector<std::string>& unmatched) {
  return {{"files", side.files}, {"incomplete", side.incomplete}, {"unmatched_cells", unmatched}};
}

}  // namespace

std::string table_report(const ComparedSides& sides) {
  const std::vector<Row> rows = rows_of(sides);
  std::array<std::size_t, std::tuple_size_v<Row>> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text = headline(sides);
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += fmt::format("{:<{}}  ", row[i], widths[i]);
    text += without_trailing_blanks(line) + "\n";
  }
  return text + "\n" + footer(sides);
}

std::string markdown_report(const ComparedSides& sides) {
  std::string text = escaped(headline(sides));
  const auto add_row = [&text](const auto& row) {
    for (const auto& entry : row) text += fmt::format("| {} ", entry);
    text += "|\n";
  };
  const std::vector<Row> rows = rows_of(sides);
  add_row(kTitles);
  add_row(std::array{"---", "---", "---:", "---:", "---:", "---"});
  for (Row row : std::span(rows).subspan(1)) {
    std::ranges::transform(row, row.begin(), escaped);
    add_row(row);
  }
  return text + "\n" + escaped(footer(sides));
}

std::string json_report(const Side& before, const Side& after, const Question& question,
                        const ComparedSides& sides) {
  Json cells = Json::array();
  for (const ComparedCell& cell : sides.cells) cells.push_back(cell_json(cell));
  const std::size_t claims = claims_possible(sides);
  const Json json = {{"schema", 1},
                     {"suite", version_number()},
                     {"kind", "compare"},
                     {"before", side_json(before, sides.only_before)},
                     {"after", side_json(after, sides.only_after)},
                     {"paired", question.paired},
                     {"intervals", claims},
                     {"expected_by_chance", by_chance(claims)},
                     {"cells", std::move(cells)}};
  constexpr std::size_t kSpread = 4;
  return results::text_of(json, kSpread) + "\n";
}

}  // namespace suite::compare
