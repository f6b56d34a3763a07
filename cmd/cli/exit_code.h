// What the program's exit says; one meaning per number, for scripts.
#pragma once

namespace suite {

enum ExitCode : int {
  kExitOk = 0,
  kExitFailed = 1,       // it could not start, or nothing succeeded
  kExitUsage = 2,        // a command line that cannot be right
  kExitGate = 3,         // a gate was breached, or a regression found
  kExitSignalBase = 128  // + the signal's number: interrupted
};

}  // namespace suite
