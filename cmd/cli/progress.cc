#include "cmd/cli/progress.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace suite {

Progress progress_of(When when) {
  const char* const kind = std::getenv("TERM");
  const bool terminal = ::isatty(STDERR_FILENO) == 1 && kind != nullptr && std::string_view(kind) != "dumb";
  if (!applies(when, terminal)) return Progress::kOff;
  return terminal ? Progress::kOverwrite : Progress::kLines;
}

}  // namespace suite
