// suite backends: which I/O models this binary holds, and which of them this kernel can run.
#include <fmt/format.h>

#include "cmd/cli/command_line.h"
#include "cmd/cli/exit_code.h"
#include "cmd/verbs.h"
#include "servers/registry.h"

namespace suite {

int run_backends(int argc, const char* const* argv) {
  CommandLine line({.verb = "backends",
                    .usage = "suite backends",
                    .summary = "Lists the I/O backends: model, library, and whether they run here.",
                    .examples = "  suite backends",
                    .notes = ""});
  if (const auto code = line.parse(argc, argv)) return *code;
  for (const Backend& backend : backends()) {
    const auto usable = backend.usable != nullptr ? backend.usable() : std::expected<void, Error>{};
    fmt::print("{:<12} {}{}\n{:<12} {}\n", backend.name, backend.model,
               backend.library.empty() ? "" : fmt::format("; {}", backend.library), "",
               !usable                     ? usable.error().one_line()
               : backend.in_use == nullptr ? "usable here"
                                           : fmt::format("usable here, with {}", backend.in_use()));
  }
  for (const AbsentBackend& absent : absent_backends()) {
    fmt::print("{:<12} {}; {}\n", absent.name, absent.reason, absent.advice);
  }
  return kExitOk;
}

}  // namespace suite
