// suite backends: which I/O models this binary holds, and which of them this kernel can run.
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include <nlohmann/json.hpp>

#include "cmd/backends_report.h"
#include "cmd/cli/command_line.h"
#include "cmd/cli/exit_code.h"
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
  if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0) {
    fmt::print(stderr, "suite backends: cannot write to standard output: {}\n", std::strerror(errno));
    return kExitFailed;
  }
  return kExitOk;
}

}  // namespace suite
