// The formats of a report, each a function of what it says.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cmd/report/content.h"

namespace suite::report {

struct Format {
  std::string_view name;       // of --format
  std::string_view extension;  // of -o FILE
  std::string (*render)(const Content& content, std::span<const Source> sources);
};

/// All of them.
std::span<const Format> formats();

/// One self-contained page.
std::string html_report(const Content& content, std::span<const Source> sources);
/// GitHub's Markdown: a verdict and a table per workload.
std::string markdown_report(const Content& content, std::span<const Source> sources);
/// One section of it, to be copied from the page.
std::string markdown_table(const Table& table);
/// RFC 4180: a line per workload and contestant.
std::string csv_report(const Content& content, std::span<const Source> sources);
/// What github-action-benchmark reads with `tool: customBiggerIsBetter`: throughput.
std::string github_report(const Content& content, std::span<const Source> sources);

}  // namespace suite::report
