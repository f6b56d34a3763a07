// A report as one HTML file: the template of cmd/report/page, filled in.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cmd/report/formats.h"
#include "cmd/report/page_data.h"
#include "cmd/report/page_files.h"
#include "cmd/report/page_tables.h"
#include "cmd/version.h"
#include "common/base/units.h"

namespace suite::report {
namespace {

using Parts = std::vector<std::pair<std::string_view, std::string>>;

// What is put in is not looked through again: a name may hold anything.
std::string filled(std::string_view page, const Parts& parts) {
  std::string text;
  while (!page.empty()) {
    const std::size_t begin = page.find("{{");
    const std::size_t end = begin == std::string_view::npos ? begin : page.find("}}", begin);
    if (end == std::string_view::npos) break;
    const std::string_view name = page.substr(begin + 2, end - begin - 2);
    text += page.substr(0, begin);
    const auto part = std::ranges::find(parts, name, &Parts::value_type::first);
    if (part != parts.end()) text += part->second;
    page.remove_prefix(end + 2);
  }
  return text += page;
}

std::string facts_html(const Content& content) {
  std::string text;
  for (const std::string& fact : content.facts) text += (text.empty() ? "" : " &middot; ") + html_text(fact);
  return text;
}

std::string raw_html(std::span<const Source> sources) {
  if (carries_raw_data(sources)) {
    return "<p class=\"js-only buttons\" id=\"downloads\"></p>\n<p class=\"note\">The documents this page "
           "was made of, all rounds "
           "and histograms with them.</p>";
  }
  std::string text = "<p id=\"downloads\">Too large to be carried by this page; it was made of:</p>\n<ul>";
  for (const Source& source : sources) {
    text += fmt::format("<li>{}, {}</li>", html_text(source.file), format_size(source.text.size()));
  }
  return text + "</ul>";
}

std::string no_charts_html() {
  if (!kPageFiles.charts.empty()) return {};
  return "<p class=\"note\">This build of suite has no Chart.js (Debian's package libjs-chart.js): the page "
         "has its tables, "
         "and no charts.</p>";
}

}  // namespace

std::string html_report(const Content& content, std::span<const Source> sources) {
  return filled(kPageFiles.html, {{"title", html_text(content.title)},
                                  {"css", std::string(kPageFiles.css)},
                                  {"facts", facts_html(content)},
                                  {"headlines", headlines_html(content)},
                                  {"trust", trust_html(content.trust)},
                                  {"no_charts", no_charts_html()},
                                  {"tables", ranking_tables_html(content)},
                                  {"sweeps", sweep_tables_html(content)},
                                  {"growths", growth_tables_html(content)},
                                  {"heat", heat_html(content)},
                                  {"published", published_html(content)},
                                  {"figures", figure_tables_html(content)},
                                  {"warnings", warnings_html(content)},
                                  {"commands", commands_html(content)},
                                  {"environment", environment_html(content)},
                                  {"raw", raw_html(sources)},
                                  {"version", std::string(version_number())},
                                  {"data", page_data(content)},
                                  {"raw_data", page_raw_data(sources)},
                                  {"charts", std::string(kPageFiles.charts)},
                                  {"js", std::string(kPageFiles.js)}});
}

}  // namespace suite::report
