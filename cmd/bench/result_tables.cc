#include "cmd/bench/result_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include "cmd/bench/ranking.h"
#include "cmd/cli/text_lines.h"
#include "cmd/cli/time_text.h"
#include "cmd/results/ranking.h"
#include "common/base/units.h"

namespace suite::bench {
namespace {

using results::BenchContestant;
using results::BenchSection;
using results::Metric;
using results::Standing;

using Cells = std::vector<std::string>;

constexpr std::array<std::string_view, 10> kHeader{"",    "server", "req/s",    "ratio",  "95 % interval",
                                                   "CPU", "p99",    "switches", "memory", "marks"};
constexpr std::size_t kFirstRight = 2, kLastRight = 8;  // columns of figures

constexpr std::string_view kLegend =
    "Medians of rounds. CPU: the server's per request. switches: context switches per request, server / "
    "client. memory: what the server's processes hold per connection, at the end of a round and above what "
    "they held before the first one.";

std::string count_text(const std::optional<double>& value) {
  return value ? fmt::format("{:.2f}", *value) : "-";
}

std::string size_text(const std::optional<double>& bytes) {
  return bytes ? format_size(static_cast<std::uint64_t>(std::llround(*bytes))) : "-";
}

Cells cells_of(const Standing& standing, const BenchSection& section, Metric metric) {
  const BenchContestant& one = section.contestants[standing.contestant];
  const auto& ratio = standing.ratio;
  const bool has_interval = ratio && ratio->interval;
  return {fmt::format("{}.", standing.rank),
          one.name,
          format_count(static_cast<std::uint64_t>(std::llround(standing.median_rps))),
          ratio ? fmt::format("{:.3f}x", ratio->value) : "",
          has_interval ? fmt::format("{:.3f} to {:.3f}", ratio->interval->low, ratio->interval->high) : "",
          time_text(standing.server_cpu_per_request),
          time_text(results::median_of(one, Metric::kP99)),
          count_text(results::median_of(one, Metric::kServerSwitches)) + " / " +
              count_text(results::median_of(one, Metric::kClientSwitches)),
          size_text(results::median_of(one, Metric::kServerMemory)),
          marks_text(standing, metric)};
}

std::vector<Cells> rows_of(const BenchSection& section, Metric metric) {
  std::vector<Cells> rows{Cells(kHeader.begin(), kHeader.end())};
  for (const Standing& standing : results::rank(section, metric))
    rows.push_back(cells_of(standing, section, metric));
  for (const BenchContestant& one : section.contestants) {
    if (!one.failure) continue;
    Cells cells(kHeader.size());
    cells[1] = one.name;
    cells.back() = fmt::format("failed in round {}: {}", one.failure->round, one.failure->why);
    rows.push_back(std::move(cells));
  }
  return rows;
}

bool is_right(std::size_t column) { return column >= kFirstRight && column <= kLastRight; }

std::string aligned(const std::vector<Cells>& rows) {
  std::vector<std::size_t> widths(kHeader.size());
  for (const Cells& cells : rows) {
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], cells[i].size());
  }
  std::string text;
  for (const Cells& cells : rows) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      line += i == 0 ? "" : "  ";
      line += is_right(i) ? fmt::format("{:>{}}", cells[i], widths[i])
                          : fmt::format("{:<{}}", cells[i], widths[i]);
    }
    text += without_trailing_blanks(line) + "\n";
  }
  return text;
}

// Text that stays text, whatever a contestant is called.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '\n' || letter == '\r') {
      out += ' ';
    } else if (letter == '<' || letter == '&') {
      out += letter == '<' ? "&lt;" : "&amp;";
    } else {
      if (std::string_view("|\\`*_[]#~").contains(letter)) out += '\\';
      out += letter;
    }
  }
  return out;
}

std::string markdown(const std::vector<Cells>& rows) {
  std::string text;
  for (const Cells& cells : rows) {
    for (const std::string& cell : cells) text += "| " + escaped(cell) + (cell.empty() ? "" : " ");
    text += "|\n";
    if (&cells != &rows.front()) continue;
    for (std::size_t i = 0; i < cells.size(); ++i) text += is_right(i) ? "|--:" : "|---";
    text += "|\n";
  }
  return text;
}

}  // namespace

std::string result_tables(const results::BenchDocument& document, BenchFormat format) {
  const bool is_markdown = format == BenchFormat::kMarkdown;
  std::string text;
  for (const BenchSection& section : document.sections) {
    const std::vector<Cells> rows = rows_of(section, metric_of(document, section));
    if (rows.size() < 2) continue;
    const std::string title = title_of(section);
    text += is_markdown ? fmt::format("### {}\n\n{}\n", escaped(title), markdown(rows))
                        : fmt::format("{}\n{}\n", title, aligned(rows));
  }
  if (text.empty()) return text;
  constexpr std::size_t kColumns = 100;
  return text + (is_markdown ? std::string(kLegend) + "\n" : wrapped(kLegend, kColumns, 0));
}

}  // namespace suite::bench
