// suite compare: two results, and what of their differences can be claimed.
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "cmd/cli/early_end.h"
#include "cmd/cli/exit_code.h"
#include "cmd/cli/option_parser.h"
#include "cmd/cli/output.h"
#include "cmd/compare/compare_options.h"
#include "cmd/compare/compare_report.h"
#include "cmd/compare/comparison.h"
#include "cmd/compare/side.h"
#include "cmd/verbs.h"
#include "common/base/units.h"

namespace suite::compare {
namespace {

// What makes the two no results of the same load; nothing: they are.
Complaint mismatch(const Side& before, const Side& after, bool anyway) {
  if (before.verb != after.verb) {
    return fmt::format("BEFORE is of suite {}, and AFTER of suite {}: they measure differently", before.verb,
                       after.verb);
  }
  if (anyway) return std::nullopt;
  const std::string differing = differences(before.properties, after.properties);
  if (differing.empty()) return std::nullopt;
  return fmt::format("machines or settings differ: {}; --anyway compares them all the same", differing);
}

void print_notes(const Side& before, const Side& after, const ComparedSides& sides,
                 const Question& question) {
  for (const Side* side : {&before, &after}) {
    for (const std::string& file : side->incomplete) {
      print_stderr("suite compare: '{}' is incomplete: bench still runs, or did not come to its end\n", file);
    }
  }
  const auto note_unmatched = [](std::string_view side, const std::vector<std::string>& cells) {
    if (cells.empty()) return;
    print_stderr("Only in {}, and left out: {}\n", side, fmt::join(cells, "; "));
  };
  note_unmatched("BEFORE", sides.only_before);
  note_unmatched("AFTER", sides.only_after);
  if (question.paired) return;
  print_stderr("Compared as runs of different times: what changed on the machine in between counts too.\n");
}

bool print_regressions(const ComparedSides& sides) {
  bool found = false;
  for (const ComparedCell& cell : sides.cells) {
    if (!cell.regression) continue;
    print_stderr("suite compare: {}{}\n", cell.name.empty() ? "" : cell.name + ": ", *cell.regression);
    found = true;
  }
  return found;
}

int run(const CompareFlags& flags) {
  const auto refused = [](std::string_view why) {
    print_stderr("suite compare: {}\n", why);
    return kExitUsage;
  };
  const auto before = read_side(*flags.before);
  if (!before) return refused(before.error());
  const auto after = read_side(*flags.after);
  if (!after) return refused(after.error());
  if (const auto why = mismatch(*before, *after, flags.anyway)) return refused(*why);
  const Question question{
      .paired = flags.paired, .metric = flags.metric, .fail_on_regression = flags.fail_on_regression};
  const ComparedSides sides = compare(*before, *after, question);
  if (sides.cells.empty()) return refused("BEFORE and AFTER have no cell with runs in common");
  if (const auto why = obstacle(sides, question)) return refused(*why);
  if (!flags.quiet) print_notes(*before, *after, sides, question);
  const auto text = [&] {
    switch (flags.format) {
      case Format::kJson:
        return json_report(*before, *after, question, sides);
      case Format::kMarkdown:
        return markdown_report(sides);
      case Format::kTable:
        break;
    }
    return table_report(sides);
  };
  const bool printed = print_result("suite compare", text());
  if (print_regressions(sides)) return kExitGate;
  return printed ? kExitOk : kExitFailed;
}

}  // namespace
}  // namespace suite::compare

namespace suite {

int run_compare(int argc, const char* const* argv) {
  compare::CompareFlags flags;
  const OptionTable table = compare::compare_table(flags);
  const auto given = parse_options(table, arguments_of(argc, argv));
  if (!given) return finish(table.verb, given.error());
  if (!flags.before || !flags.after) {
    return finish(table.verb, usage_error(table.verb, "give two results: BEFORE and AFTER"));
  }
  if (flags.before->empty() || flags.after->empty()) {
    return finish(table.verb,
                  usage_error(table.verb, fmt::format("{}: the name is empty: give a result",
                                                      flags.before->empty() ? "BEFORE" : "AFTER")));
  }
  return compare::run(flags);
}

}  // namespace suite
