#include "cmd/report/page_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cmd/report/columns.h"
#include "cmd/report/published.h"
#include "cmd/report/wording.h"
#include "common/base/units.h"

namespace suite::report {
namespace {

// In the page only the selected workload's part is shown; without scripts all of them.
std::string of_table(std::size_t number, std::string_view inside, std::string_view classes = "scroll") {
  return fmt::format("<div class=\"{}\" data-table=\"{}\">{}</div>\n", classes, number, inside);
}

std::string name_cell(const Row& row) {
  std::string cell =
      fmt::format("<td class=\"name\" data-value=\"{0}\"><span class=\"rank\">{1}</span>{0}",
                  html_text(row.name), row.numbers.empty() ? "-" : fmt::format("{}", row.rank));
  for (const std::string& mark : marks_of(row))
    cell += fmt::format("<span class=\"mark\">{}</span>", html_text(mark));
  return cell + "</td>";
}

std::string number_cell(std::string_view text, std::optional<double> value) {
  // An interval stands below its estimate.
  const std::size_t at = text.find(" [");
  std::string shown = html_text(text.substr(0, at));
  if (at != std::string_view::npos)
    shown += fmt::format("<span class=\"interval\">{}</span>", html_text(text.substr(at + 1)));
  return fmt::format("<td data-value=\"{}\">{}</td>", value ? fmt::format("{}", *value) : "", shown);
}

std::string head_of(std::string_view first, const std::vector<std::string>& headers) {
  std::string head =
      fmt::format("<thead><tr><th class=\"name\" scope=\"col\" data-sort=\"text\">{}</th>", first);
  for (const std::string& header : headers) {
    head += fmt::format("<th scope=\"col\" data-sort=\"number\">{}</th>", html_text(header));
  }
  return head + "</tr></thead>";
}

std::string first_header(const Table& table) { return table.is_load ? "Result" : "Server"; }

std::string ranking_table(const Table& table) {
  const std::vector<Column> columns = columns_of(table);
  std::vector<std::string> headers;
  for (const Column& column : columns) headers.push_back(column.header);
  std::string text = fmt::format("<table class=\"ranking\"><caption>{}</caption>{}<tbody>\n",
                                 html_text(table.title), head_of(first_header(table), headers));
  for (const Row& row : table.rows) {
    text += "<tr>" + name_cell(row);
    for (const Column& column : columns) text += number_cell(column.text(row), column.value(row));
    text += "</tr>\n";
  }
  return text + fmt::format("</tbody></table><p class=\"note\">{}</p>", html_text(footnote_of(table)));
}

std::string header_of(Metric metric) {
  const std::string unit = unit_of(metric);
  return fmt::format("{}{}{}", results::title_of(metric), unit.empty() ? "" : ", ", unit);
}

std::string figure_table(const Table& table) {
  std::vector<std::string> headers{table.is_load ? "runs" : "rounds"};
  for (const Metric metric : kMetrics) headers.push_back(header_of(metric));
  headers.emplace_back("errors");
  std::string text = fmt::format("<table class=\"figures\"><caption>{}</caption>{}<tbody>\n",
                                 html_text(table.title), head_of(first_header(table), headers));
  for (const Row& row : table.rows) {
    text += fmt::format("<tr><td class=\"name\">{}</td><td>{}</td>", html_text(row.name), row.numbers.size());
    for (const Metric metric : kMetrics)
      text += number_cell(figure_text(metric, row.of(metric).median), row.of(metric).median);
    text += fmt::format("<td>{}</td></tr>\n", row.errors);
  }
  return text + "</tbody></table>";
}

std::string_view class_of(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return "headline good";
    case Tone::kBad:
      return "headline bad";
    case Tone::kPlain:
      break;
  }
  return "headline";
}

std::string name_head(std::string_view name) {
  return fmt::format("<tr><td class=\"name\" data-value=\"{0}\">{0}", html_text(name));
}

std::string sweep_table(const Sweep& sweep, const Content& content) {
  std::vector<std::string> headers;
  for (const std::uint64_t value : sweep.values) headers.push_back(format_count(value));
  std::string text =
      fmt::format("<div class=\"scroll\"><table class=\"sweep\"><caption>{}</caption>{}<tbody>\n",
                  html_text(sweep.title), head_of("Server", headers));
  for (const std::string& name : names_in(sweep.tables, content)) {
    std::string cells, stop;
    for (std::size_t i = 0; i < sweep.tables.size(); ++i) {
      const Row* row = find_row(content.tables[sweep.tables[i]], name);
      const auto value = row == nullptr ? std::nullopt : row->of(Metric::kThroughput).median;
      cells += number_cell(figure_text(Metric::kThroughput, value), value);
      if (row != nullptr && row->failure) stop = fmt::format("stopped at {}: {}", headers[i], *row->failure);
    }
    text += name_head(name);
    if (!stop.empty()) text += fmt::format("<span class=\"mark\">{}</span>", html_text(stop));
    text += "</td>" + cells + "</tr>\n";
  }
  return text + "</tbody></table></div>\n";
}

std::string latency_cell(const Row* row) {
  if (row == nullptr || !row->of(Metric::kP99).median) return "<td>-</td>";
  std::string text;
  for (const Metric metric : {Metric::kP50, Metric::kP99, Metric::kP999}) {
    text += (text.empty() ? "" : " / ") + figure_text(metric, row->of(metric).median);
  }
  return fmt::format("<td>{}</td>", text);
}

std::string growth_table(const LoadGrowth& growth, const Content& content) {
  std::vector<std::string> headers;
  for (const std::size_t place : growth.tables) {
    headers.push_back(fmt::format("{:.4g} %", *content.tables[place].level->share * 100));
  }
  headers.emplace_back("knee");
  std::string text =
      fmt::format("<div class=\"scroll\"><table class=\"growth\"><caption>{}</caption>{}<tbody>\n",
                  html_text(growth.title), head_of("Server", headers));
  for (const std::string& name : names_in(growth.tables, content)) {
    text += name_head(name) + "</td>";
    for (const std::size_t place : growth.tables) text += latency_cell(find_row(content.tables[place], name));
    const auto knee = std::ranges::find(growth.knees, name, &Knee::name);
    text += fmt::format("<td>{}</td></tr>\n",
                        knee == growth.knees.end() ? "-" : fmt::format("{:.4g} %", knee->share * 100));
  }
  return text + "</tbody></table></div>\n";
}

// A share of the best: 1 for that one, whether more or less is better.
std::optional<double> share_of(const Table& table, const std::string& name) {
  const Row* row = find_row(table, name);
  if (row == nullptr) return std::nullopt;
  const auto value = row->of(table.ranked_by).median, best = table.rows.front().of(table.ranked_by).median;
  if (!value || !best || *value <= 0 || *best <= 0) return std::nullopt;
  return results::more_is_better(table.ranked_by) ? *value / *best : *best / *value;
}

// More than 1 is not coloured more.
std::string heat_cell(std::optional<double> share) {
  if (!share) return "<td>-</td>";
  return fmt::format("<td style=\"--share:{:.3f}\" data-value=\"{}\">{:.0f}</td>", std::min(*share, 1.0),
                     *share, *share * 100);
}

// What this machine can do at the most is 1.
std::optional<double> share_of_machine(const Table& table, const std::string& name) {
  const Row* row = find_row(table, name);
  return row == nullptr ? std::nullopt : row->share;
}

struct HeatTable {
  std::string_view title, note;
  std::optional<double> (*share)(const Table& table, const std::string& name);
};

// Workloads and contestants without any share are left out; empty where fewer than two of either are left.
std::string heat_table(const HeatTable& heat, std::span<const Table* const> all_tables,
                       std::span<const std::string> all_names) {
  std::vector<const Table*> tables;
  std::vector<std::string> names;
  std::ranges::copy_if(all_tables, std::back_inserter(tables), [&](const Table* table) {
    return std::ranges::any_of(all_names,
                               [&](const auto& name) { return heat.share(*table, name).has_value(); });
  });
  std::ranges::copy_if(all_names, std::back_inserter(names), [&](const std::string& name) {
    return std::ranges::any_of(all_tables,
                               [&](const Table* table) { return heat.share(*table, name).has_value(); });
  });
  if (tables.size() < 2 || names.size() < 2) return {};
  std::string text = fmt::format(
      "<section><h2>{}</h2>\n<p class=\"note\">{}</p>\n<div class=\"scroll\">"
      "<table class=\"heat\"><thead><tr><th class=\"name\" scope=\"col\">Server</th>",
      heat.title, heat.note);
  for (const Table* table : tables) text += fmt::format("<th scope=\"col\">{}</th>", html_text(table->title));
  text += "</tr></thead><tbody>\n";
  for (const std::string& name : names) {
    text += fmt::format("<tr><td class=\"name\">{}</td>", html_text(name));
    for (const Table* table : tables) text += heat_cell(heat.share(*table, name));
    text += "</tr>\n";
  }
  return text + "</tbody></table></div></section>\n";
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    switch (letter) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += letter;
    }
  }
  return out;
}

std::string headlines_html(const Content& content) {
  std::string text;
  for (std::size_t i = 0; i < content.tables.size(); ++i) {
    const Table& table = content.tables[i];
    const Headline& headline = table.headline;
    text += fmt::format("<p class=\"{}\" data-table=\"{}\">", class_of(headline.tone), i);
    if (content.tables.size() > 1)
      text += fmt::format("<span class=\"of\">{}</span>", html_text(table.title));
    text += fmt::format("<span class=\"lead\">{}</span>", html_text(headline.lead));
    if (!headline.rest.empty())
      text += fmt::format(" <span class=\"rest\">{}</span>", html_text(headline.rest));
    text += "</p>\n";
  }
  return text;
}

std::string trust_html(const Trust& trust) {
  std::string text = fmt::format("<ul class=\"trust {}\">", trust.quiet ? "quiet" : "loud");
  for (const std::string& remark : trust.remarks) text += fmt::format("<li>{}</li>", html_text(remark));
  text += "</ul>";
  if (!trust.chance.empty()) text += fmt::format("<p class=\"note\">{}</p>", html_text(trust.chance));
  return text;
}

std::string ranking_tables_html(const Content& content) {
  std::string text;
  for (std::size_t i = 0; i < content.tables.size(); ++i)
    text += of_table(i, ranking_table(content.tables[i]));
  return text;
}

std::string figure_tables_html(const Content& content) {
  std::string text;
  for (std::size_t i = 0; i < content.tables.size(); ++i)
    text += of_table(i, figure_table(content.tables[i]));
  return text;
}

std::string sweep_tables_html(const Content& content) {
  std::string text;
  for (const Sweep& sweep : content.sweeps) text += sweep_table(sweep, content);
  if (text.empty()) return text;
  constexpr std::string_view kNote =
      "Requests per second, medians of rounds. A contestant that cannot hold a point stops there.";
  return fmt::format("<section><h2>Sweeps</h2>\n<p class=\"note\">{}</p>\n{}</section>\n", kNote, text);
}

std::string growth_tables_html(const Content& content) {
  std::string text;
  for (const LoadGrowth& growth : content.growths) text += growth_table(growth, content);
  if (text.empty()) return text;
  return "<section><h2>Latency under load</h2>\n<p class=\"note\">p50, p99 and p99.9 in milliseconds, "
         "medians of "
         "rounds, at shares of each contestant's own maximum. The knee is the first share at which p99 is "
         "more than "
         "twice that at the lowest.</p>\n" +
         text + "</section>\n";
}

std::string heat_html(const Content& content) {
  std::vector<const Table*> tables;  // results of load have a workload each
  for (const Table& table : content.tables) {
    if (!table.is_load && !table.point && !table.level)
      tables.push_back(&table);  // those have tables of their own
  }
  constexpr HeatTable kOfTheBest{
      .title = "Contestants by workloads",
      .note =
          "Per cent of the best of each workload: by throughput, or by server CPU per request where the "
          "client was the limit.",
      .share = &share_of};
  constexpr HeatTable kOfTheMachine{
      .title = "Contestants by workloads: the machine's limit",
      .note =
          "Per cent of what this machine's TCP can do (suite limits): by throughput, or by server CPU per "
          "request where the client was the limit.",
      .share = &share_of_machine};
  return heat_table(kOfTheBest, tables, content.names) + heat_table(kOfTheMachine, tables, content.names);
}

std::string published_html(const Content& content) {
  if (content.published.empty()) return {};
  std::string text = fmt::format(
      "<section><h2>Published elsewhere</h2>\n<p class=\"note\">{}</p>\n<div class=\"scroll\">"
      "<table class=\"published\"><thead><tr><th class=\"name\" scope=\"col\">Server</th><th class=\"name\" "
      "scope=\"col\">Load</th><th scope=\"col\">here</th><th scope=\"col\">published</th><th class=\"name\" "
      "scope=\"col\">of</th></tr></thead><tbody>\n",
      kPublishedNote);
  for (const PublishedRow& row : content.published) {
    text += fmt::format(
        "<tr><td class=\"name\">{}</td><td class=\"name\">{}</td><td>{}</td><td>{}</td><td "
        "class=\"name\">{}</td></tr>\n",
        html_text(row.name), html_text(row.load), figure_text(Metric::kThroughput, row.here),
        figure_text(Metric::kThroughput, row.figure->rps), html_text(row.figure->what));
  }
  text += "</tbody></table></div>\n<ul class=\"note\">\n";
  for (const std::string& where : publications_of(content.published)) {
    text += fmt::format("<li>{}</li>\n", html_text(where));
  }
  return text + "</ul></section>\n";
}

std::string warnings_html(const Content& content) {
  std::string text;
  for (const auto& [warning, rounds] : content.warnings) {
    text += fmt::format("<li>{}: in {} of the rounds</li>\n", html_text(warning), rounds);
  }
  for (const Table& table : content.tables) {
    for (const Row& row : table.rows) {
      for (const std::string& mark : marks_of(row)) {
        text += fmt::format("<li>{}, {}: {}</li>\n", html_text(table.title), html_text(row.name),
                            html_text(mark));
      }
    }
  }
  return text.empty() ? "<p class=\"note\">None.</p>" : "<ul class=\"trust\">\n" + text + "</ul>";
}

std::string commands_html(const Content& content) {
  std::string text;
  for (std::size_t i = 0; i < content.tables.size(); ++i) {
    std::string part = fmt::format("<h3>{}</h3>", html_text(content.tables[i].title));
    for (const Row& row : content.tables[i].rows) {
      part += fmt::format("<p class=\"note\">{}</p><pre>{}{}{}</pre>\n", html_text(row.name),
                          html_text(row.serve), row.serve.empty() ? "" : "\n", html_text(row.load));
    }
    text += of_table(i, part, "commands");
  }
  return text;
}

std::string environment_html(const Content& content) {
  std::string text = "<dl>\n";
  for (const auto& [name, value] : content.environment) {
    text += fmt::format("<dt>{}</dt><dd>{}</dd>\n", html_text(name), html_text(value));
  }
  return text + "</dl>";
}

}  // namespace suite::report
