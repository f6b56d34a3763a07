// Where a result was measured.
#pragma once

#include <cstddef>
#include <string>

namespace suite {

struct Environment {
  std::string cpu;        // "AMD EPYC 7B13"; empty where the kernel does not say
  std::size_t cores = 0;  // that this process may use
  std::string kernel;     // "Linux 6.18.5 x86_64"
  std::string compiler;   // of this binary
  std::string suite;      // its version
};

/// Reads what the kernel says about this machine; the last two stay empty: only the binary knows them.
Environment local_environment();

}  // namespace suite
