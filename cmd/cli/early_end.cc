#include "cmd/cli/early_end.h"

#include <fmt/format.h>

#include "cmd/cli/exit_code.h"
#include "cmd/cli/output.h"

namespace suite {

EarlyEnd usage_error(std::string_view verb, std::string_view message) {
  return {.code = kExitUsage,
          .text = fmt::format("suite {}: {} (see 'suite {} --help')\n", verb, message, verb)};
}

int finish(std::string_view verb, const EarlyEnd& end) {
  if (end.code == kExitOk)
    return print_result(fmt::format("suite {}", verb), end.text) ? kExitOk : kExitFailed;
  write_stderr(end.text);
  return end.code;
}

}  // namespace suite
