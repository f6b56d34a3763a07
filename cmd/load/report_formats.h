// The table of what `suite load --format` can print on stdout.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "client/load_result.h"
#include "client/load_settings.h"

namespace suite {

struct LoadOptions;
struct LoadOutcome;

/// A row. Everything that lists formats, or asks what one takes, walks the table.
struct ReportFormat {
  std::string_view name;          // as --format takes it
  std::string_view meaning = {};  // for the help, where the name does not say it
  bool needs_http = false;
  bool needs_latency = false;
  bool takes_every_status = false;  // a complete response is a completed request, whatever its status
  bool of_a_search = false;         // --find-max can be printed in it
  /// The text of a run, as soon as it is over; nullptr: there is none.
  std::string (*of_run)(const LoadSettings& settings, const LoadResult& result) = nullptr;
  /// The text of all runs, or of a search, at the end; nullptr: there is none.
  std::string (*of_all)(const LoadOptions& options, const LoadOutcome& outcome) = nullptr;
};

/// The default comes first.
std::span<const ReportFormat> report_formats();
/// nullptr where there is none of that name.
const ReportFormat* find_report_format(std::string_view name);
/// The names, with commas.
std::string report_format_names();

/// The whole result, whatever the format: what --json FILE gets, too.
std::string json_text(const LoadOptions& options, const LoadOutcome& outcome);

}  // namespace suite
