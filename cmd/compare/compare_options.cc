#include "cmd/compare/compare_options.h"

#include <fmt/format.h>

#include <expected>
#include <string_view>

namespace suite::compare {
namespace {

std::expected<results::Metric, std::string> read_metric(const std::string& text) {
  if (const auto metric = results::find_compared(text)) return *metric;
  return std::unexpected(fmt::format("'{}' is not one of: rps, server_cpu, p99", text));
}

}  // namespace

OptionTable compare_table(CompareFlags& flags) {
  return {
      .verb = "compare",
      .usage = "suite compare BEFORE AFTER [flags]",
      .summary = "Did AFTER change against BEFORE? Results of suite bench -o, or of suite load -o --runs N.",
      .examples =
          "  suite compare yesterday.json today.json\n"
          "  suite compare old.json new.json --fail-on-regression 5%\n"
          "  suite compare old1.json,old2.json new1.json,new2.json --paired",
      .notes =
          "A difference is claimed only if its 95 % interval excludes 1, and never from fewer\n"
          "than six rounds of either side. Exit code 3: a regression, with --fail-on-regression.\n"
          "docs/compare.md explains the statistics.",
      .groups = {{.title = "Results",
                  .options = {{.name = "BEFORE",
                               .value = values::text(flags.before),
                               .help = "one or more result files, with commas between"},
                              {.name = "AFTER",
                               .value = values::text(flags.after),
                               .help = "the same, of what is compared with it"},
                              {.name = "--paired",
                               .value = values::toggle(flags.paired),
                               .help = "run N of BEFORE and of AFTER were measured next to each other"},
                              {.name = "--anyway",
                               .value = values::toggle(flags.anyway),
                               .help = "compare results of different machines or settings"}}},
                 {.title = "Gate",
                  .options = {{.name = "--fail-on-regression",
                               .takes = "PERCENT",
                               .value = values::percent(flags.fail_on_regression),
                               .help = "exit 3 if a cell became worse by PERCENT or more",
                               .unset = "off"},
                              {.name = "--metric",
                               .takes = "NAME",
                               .value = values::read_by(&read_metric, flags.metric),
                               .help = "judge by rps, server_cpu or p99",
                               .unset = "rps; server_cpu where the client was the limit"}}},
                 {.title = "Output",
                  .options = {{.name = "--format",
                               .takes = "NAME",
                               .value = values::named(flags.format, {{"table", Format::kTable},
                                                                     {"markdown", Format::kMarkdown},
                                                                     {"json", Format::kJson}}),
                               .help = "what stdout gets: table, markdown or json"},
                              {.name = "--quiet",
                               .letter = 'q',
                               .value = values::toggle(flags.quiet),
                               .help = "leave only errors and regressions on stderr"}}}},
      .no_config = "it measures nothing"};
}

}  // namespace suite::compare
