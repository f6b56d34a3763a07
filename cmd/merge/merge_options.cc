#include "cmd/merge/merge_options.h"

namespace suite::merge {

OptionTable merge_table(MergeFlags& flags) {
  return {.verb = "merge",
          .usage = "suite merge RESULT... [flags]",
          .summary = "Adds up results of suite load from several machines, as if one had measured.",
          .examples =
              "  suite merge a.json b.json c.json -o all.json\n"
              "  suite merge part*.json --fail-if 'p99>5ms' -o all.json\n"
              "  kubectl logs -l job-name=load --tail=-1 | suite merge - -o all.json",
          .notes =
              "Each machine runs suite load with the same flags and its own --share K/N, or with a load\n"
              "of its own: then --conns, --rate and --requests are added up. Counters and histograms\n"
              "are added exactly, so percentiles are those of all requests together, as if one machine\n"
              "had measured. Results of other settings are refused. Exit: 1 if a part is missing or was\n"
              "interrupted, 2 if results do not belong together, 3 if a gate is breached. docs/merge.md.",
          .groups = {{.title = "Results",
                      .options = {{.name = "RESULT",
                                   .value = values::list(flags.results),
                                   .help = "a file of load --json; - is stdin, with any number of them",
                                   .many = true},
                                  {.name = "--output",
                                   .letter = 'o',
                                   .takes = "FILE",
                                   .value = values::text(flags.file),
                                   .help = "where the merged result goes",
                                   .unset = "standard output"},
                                  {.name = "--format",
                                   .takes = "FORM",
                                   .value = values::named(flags.format, {{"line", MergeFormat::kLine},
                                                                         {"table", MergeFormat::kTable},
                                                                         {"json", MergeFormat::kJson},
                                                                         {"csv", MergeFormat::kCsv}}),
                                   .help = "what stdout gets: line, table, json, csv",
                                   .unset = "json, or line with --output"},
                                  {.name = "--quiet",
                                   .letter = 'q',
                                   .value = values::toggle(flags.quiet),
                                   .help = "only errors on stderr"}}},
                     {.title = "Gates, of the merged result",
                      .options = {{.name = "--fail-if",
                                   .takes = "EXPR",
                                   .value = values::list(flags.fail_if),
                                   .help = "exit 3 if any run meets EXPR: p99>5ms, errors>1%; repeatable"},
                                  {.name = "--require",
                                   .takes = "EXPR",
                                   .value = values::list(flags.require),
                                   .help = "exit 3 unless every run meets EXPR: p99<5ms; repeatable"}}}},
          .aliases = {{.name = "--json", .flag = "--output"}},
          .no_config = "its results have the config of those that they are made of"};
}

}  // namespace suite::merge
