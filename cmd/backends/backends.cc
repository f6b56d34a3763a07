// suite backends: which I/O models this binary holds, and which of them this kernel can run.
#include <string>

#include <nlohmann/json.hpp>

#include "cmd/backends/backends_report.h"
#include "cmd/cli/command_line.h"
#include "cmd/cli/exit_code.h"
#include "cmd/cli/output.h"
#include "cmd/verbs.h"

namespace suite {

int run_backends(int argc, const char* const* argv) {
  CommandLine line({.verb = "backends",
                    .usage = "suite backends [flags]",
                    .summary = "Lists the I/O backends: model, library, and whether they run here.",
                    .examples = "  suite backends\n"
                                "  suite backends --json | jq -r '.backends[] | select(.usable) | .name'",
                    .notes = ""});
  bool as_json = false;
  line.toggle("--json", "the same for programs", as_json);
  if (const auto code = line.parse(argc, argv)) return *code;
  const auto states = backend_states();
  const std::string text = as_json ? backends_json(states).dump(2) + "\n" : backends_text(states);
  return print_result("suite backends", text) ? kExitOk : kExitFailed;
}

}  // namespace suite
