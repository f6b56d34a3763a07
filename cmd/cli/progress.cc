#include "cmd/cli/progress.h"

#include <unistd.h>

#include <cstdlib>

namespace suite {

Progress progress_of(std::string_view when) {
  const char* const kind = std::getenv("TERM");
  const bool terminal = ::isatty(STDERR_FILENO) == 1 && kind != nullptr && std::string_view(kind) != "dumb";
  if (when == "off" || (when == "auto" && !terminal)) return Progress::kOff;
  return terminal ? Progress::kOverwrite : Progress::kLines;
}

}  // namespace suite
