#include "cmd/report/report_options.h"

#include <fmt/format.h>

#include "cmd/report/formats.h"

namespace suite::report {
namespace {

std::vector<std::string_view> all_names() {
  std::vector<std::string_view> names;
  for (const Format& format : formats()) names.push_back(format.name);
  return names;
}

}  // namespace

std::string format_names() { return fmt::format("{}", fmt::join(all_names(), ", ")); }

OptionTable report_table(ReportFlags& flags) {
  return {
      .verb = "report",
      .usage = "suite report RESULT... -o FILE",
      .summary = "Turns results of suite bench and suite load into one self-contained page.",
      .examples =
          "  suite bench --quick -o result.json && suite report result.json -o result.html\n"
          "  suite report monday.json friday.json -o both.html     # overlaid\n"
          "  suite load --runs 5 -o load.json && suite report load.json -o load.html\n"
          "  suite report result.json --format md >> \"$GITHUB_STEP_SUMMARY\"",
      .notes =
          "The extension of FILE chooses the format: .html, .md, .csv, or .json for github, which\n"
          "is what github-action-benchmark reads with customBiggerIsBetter. The page needs no\n"
          "network and no other file. A difference is claimed within one result of bench only,\n"
          "whose rounds were interleaved.",
      .groups = {{.title = "Results and report",
                  .options = {{.name = "RESULT",
                               .value = values::list(flags.results),
                               .help =
                                   "a file of bench -o or load --json, or - for stdin; several are overlaid",
                               .many = true},
                              {.name = "--output",
                               .letter = 'o',
                               .takes = "FILE",
                               .value = values::text(flags.file),
                               .help = "where the report goes",
                               .unset = "standard output"},
                              {.name = "--format",
                               .takes = "NAME",
                               .value = values::choice(flags.format, all_names()),
                               .help = format_names(),
                               .unset = "by FILE's extension"}}}},
      .no_config = "it writes no result"};
}

}  // namespace suite::report
