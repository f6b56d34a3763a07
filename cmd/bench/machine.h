// Where a comparison was measured, for whoever reads its figures later.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace suite::bench {

struct Machine {
  std::string cpu;        // "AMD EPYC 7B13"; empty, as the others below, where the system does not say
  std::size_t cores = 0;  // that this process may use
  std::uint64_t memory_bytes = 0;  // 0: not known
  std::string distribution;        // "Debian GNU/Linux 12 (bookworm)"
  std::string kernel;              // "Linux 6.18.5 x86_64"
  std::string compiler;            // of this binary: "g++ 12.2.0"
  std::string libraries;           // it was built with: "fmt 9.1.0, json 3.11.2, ..."
};

Machine this_machine();

/// As the log's last block: a title and a line for each.
std::string environment_text(const Machine& machine);

}  // namespace suite::bench
