#include "cmd/merge/merge_options.h"

namespace suite::merge {

OptionTable merge_table(MergeFlags& flags) {
  return {.verb = "merge",
          .usage = "suite merge RESULT... [flags]",
          .summary = "Adds up results of suite load from several machines, as if one had measured.",
          .examples =
              "  suite merge a.json b.json c.json -o all.json\n"
              "  suite merge a.json b.json --fail-if 'p99>5ms' -o all.json\n"
              "  kubectl logs -l job-name=load --tail=-1 | suite merge - -o all.json",
          .notes =
              "Each machine runs suite load with the same flags, and its own part of --conns, --rate\n"
              "and --requests, which are added up. Counters and histograms are added exactly, so\n"
              "percentiles are those of all requests together, as if one machine had measured. Results\n"
              "of other settings are refused. Without -o the document goes to stdout; with it, stdout\n"
              "gets the line of each run. Exit: 3 if a gate is breached. docs/merge.md.",
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
          .no_config = "its results have the config of those that they are made of"};
}

}  // namespace suite::merge
