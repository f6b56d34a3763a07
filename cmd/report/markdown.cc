// A report as Markdown, for issues, pull requests and job summaries.
#include <fmt/format.h>

#include "cmd/report/columns.h"
#include "cmd/report/formats.h"
#include "cmd/report/published.h"
#include "cmd/report/wording.h"

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
  for (const Table& table : content.tables) text += markdown_table(table);
  return text + published_markdown(content);
}

}  // namespace suite::report
