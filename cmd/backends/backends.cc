// suite backends: which I/O models this binary holds, and which of them this kernel can run.
#include <string>

#include <nlohmann/json.hpp>

#include "cmd/backends/backends_options.h"
#include "cmd/backends/backends_report.h"
#include "cmd/cli/exit_code.h"
#include "cmd/cli/option_parser.h"
#include "cmd/cli/output.h"
#include "cmd/verbs.h"

namespace suite {

OptionTable backends_table(BackendsFlags& flags) {
  return {.verb = "backends",
          .usage = "suite backends [flags]",
          .summary = "Lists the I/O backends: model, library, and whether they run here.",
          .examples =
              "  suite backends\n"
              "  suite backends --json | jq -r '.backends[] | select(.usable) | .name'",
          .groups = {{.title = "Output",
                      .options = {{.name = "--json",
                                   .value = values::toggle(flags.json),
                                   .help = "the same for programs"}}}},
          .no_config = "it measures nothing"};
}

int run_backends(int argc, const char* const* argv) {
  BackendsFlags flags;
  const OptionTable table = backends_table(flags);
  const auto given = parse_options(table, arguments_of(argc, argv));
  if (!given) return finish(table.verb, given.error());
  const auto states = backend_states();
  const std::string text =
      flags.json ? backends_json(states).dump(2) + "\n" : backends_text(states) + tls_text() + http2_text();
  return print_result("suite backends", text) ? kExitOk : kExitFailed;
}

}  // namespace suite
