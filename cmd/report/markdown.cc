// A report as Markdown, for issues, pull requests and job summaries.
#include <fmt/format.h>

#include <algorithm>

#include "cmd/report/columns.h"
#include "cmd/report/formats.h"
#include "cmd/report/published.h"
#include "cmd/report/wording.h"
#include "common/base/units.h"

namespace suite::report {
namespace {

// Text that stays text: in a table too, and whatever a contestant is called.
std::string markdown_text(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '<')
      out += "&lt;";
    else if (letter == '&')
      out += "&amp;";
    else if (letter == '\n' || letter == '\r')
      out += ' ';
    else {
      if (std::string_view("|\\`*_[]#~").find(letter) != std::string_view::npos) out += '\\';
      out += letter;
    }
  }
  return out;
}

std::string markdown_marks(const Row& row) {
  const auto marks = marks_of(row);
  return marks.empty() ? "" : " (" + markdown_text(fmt::format("{}", fmt::join(marks, "; "))) + ")";
}

// A header and its rule; the first column is text, the others are numbers.
std::string table_head(std::string_view first, const std::vector<std::string>& headers) {
  std::string head = fmt::format("| {} |", first), rule = "|---|";
  for (const std::string& header : headers) {
    head += fmt::format(" {} |", header);
    rule += "--:|";
  }
  return head + "\n" + rule + "\n";
}

std::string sweep_markdown(const Sweep& sweep, const Content& content) {
  std::vector<std::string> headers;
  for (const std::uint64_t value : sweep.values) headers.push_back(format_count(value));
  std::string text = fmt::format("## {}\n\nRequests per second, medians of rounds.\n\n{}",
                                 markdown_text(sweep.title), table_head("server", headers));
  for (const std::string& name : names_in(sweep.tables, content)) {
    std::string cells, stop;
    for (std::size_t i = 0; i < sweep.tables.size(); ++i) {
      const Row* row = find_row(content.tables[sweep.tables[i]], name);
      cells += fmt::format(
          " {} |",
          row == nullptr ? "-" : figure_text(Metric::kThroughput, row->of(Metric::kThroughput).median));
      if (row != nullptr && row->failure)
        stop = fmt::format(" (stopped at {}: {})", headers[i], *row->failure);
    }
    text += fmt::format("| {}{} |{}\n", markdown_text(name), markdown_text(stop), cells);
  }
  return text + "\n";
}

std::string growth_markdown(const LoadGrowth& growth, const Content& content) {
  std::vector<std::string> headers;
  for (const std::size_t place : growth.tables) {
    headers.push_back(fmt::format("{:.4g} %", *content.tables[place].level->share * 100));
  }
  headers.emplace_back("knee");
  std::string text = fmt::format(
      "## {}: latency under load\n\np99 in milliseconds, medians of rounds, at shares of each contestant's "
      "own maximum. "
      "The knee is the first share at which it is more than twice that at the lowest.\n\n{}",
      markdown_text(growth.title), table_head("server", headers));
  for (const std::string& name : names_in(growth.tables, content)) {
    text += fmt::format("| {} |", markdown_text(name));
    for (const std::size_t place : growth.tables) {
      const Row* row = find_row(content.tables[place], name);
      text += fmt::format(" {} |",
                          row == nullptr ? "-" : figure_text(Metric::kP99, row->of(Metric::kP99).median));
    }
    const auto knee = std::ranges::find(growth.knees, name, &Knee::name);
    text += knee == growth.knees.end() ? " - |\n" : fmt::format(" {:.4g} % |\n", knee->share * 100);
  }
  return text + "\n";
}

std::string published_markdown(const Content& content) {
  if (content.published.empty()) return {};
  std::string text = fmt::format(
      "## Published elsewhere\n\n{}\n\n| server | load | here | published | of |\n|---|---|--:|--:|---|\n",
      kPublishedNote);
  for (const PublishedRow& row : content.published) {
    text += fmt::format("| {} | {} | {} | {} | {} |\n", markdown_text(row.name), markdown_text(row.load),
                        figure_text(Metric::kThroughput, row.here),
                        figure_text(Metric::kThroughput, row.figure->rps), markdown_text(row.figure->what));
  }
  text += "\n";
  for (const std::string& where : publications_of(content.published)) {
    text += fmt::format("- {}\n", markdown_text(where));
  }
  return text + "\n";
}

}  // namespace

std::string markdown_table(const Table& table) {
  std::string text =
      fmt::format("## {}\n\n**{}**{}\n\n", markdown_text(table.title), markdown_text(table.headline.lead),
                  table.headline.rest.empty() ? "" : " (" + markdown_text(table.headline.rest) + ")");
  const std::vector<Column> columns = columns_of(table);
  std::string rule = "|--:|---|";
  text += table.is_load ? "| | result |" : "| | server |";
  for (const Column& column : columns) {
    text += " " + column.header + " |";
    rule += "--:|";
  }
  text += "\n" + rule + "\n";
  for (const Row& row : table.rows) {
    text += fmt::format("| {} | {}{} |", row.numbers.empty() ? "-" : fmt::format("{}", row.rank),
                        markdown_text(row.name), markdown_marks(row));
    for (const Column& column : columns) text += " " + column.text(row) + " |";
    text += "\n";
  }
  return text + "\n" + footnote_of(table) + "\n\n";
}

std::string markdown_report(const Content& content, std::span<const Source> /*sources*/) {
  std::string text = fmt::format("# {}\n\n", markdown_text(content.title));
  for (const std::string& fact : content.facts)
    text += (&fact == &content.facts.front() ? "" : " · ") + markdown_text(fact);
  text += "\n\n";
  for (const std::string& remark : content.trust.remarks) text += "- " + markdown_text(remark) + "\n";
  if (!content.trust.chance.empty()) text += "- " + markdown_text(content.trust.chance) + "\n";
  text += "\n";
  // A point of a sweep is for whoever wants its intervals; the curve is read first.
  const auto is_point = [](const Table& table) { return table.point || table.level; };
  for (const Table& table : content.tables) text += is_point(table) ? "" : markdown_table(table);
  for (const Sweep& sweep : content.sweeps) text += sweep_markdown(sweep, content);
  for (const LoadGrowth& growth : content.growths) text += growth_markdown(growth, content);
  for (const Table& table : content.tables) text += is_point(table) ? markdown_table(table) : "";
  return text + published_markdown(content);
}

}  // namespace suite::report
