// Whether and how a verb shows its progress on standard error.
#pragma once

#include "cmd/cli/when.h"

namespace suite {

enum class Progress {
  kOff,
  kLines,      // a line for each step
  kOverwrite,  // one line that changes: a terminal
};

/// What --progress means for this process's standard error. A dumb terminal cannot change a
/// line.
Progress progress_of(When when);

}  // namespace suite
