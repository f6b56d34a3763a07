// mpirun, as tests start it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/programs.h"

namespace suite::test {

/// Why there are no ranks here.
inline std::optional<std::string> why_no_mpi() {
  if (!find_program("mpirun")) return "mpirun is not installed: package openmpi-bin";
  const auto plugin = std::filesystem::path(SUITE_PROGRAM).parent_path() / "suite_mpi.so";
  if (!std::filesystem::exists(plugin)) return "this build has no plug-in for MPI: package libopenmpi-dev";
  return std::nullopt;
}

struct MpirunOptions {
  std::size_t ranks = 2;
  std::vector<std::string> flags = {};  // further ones
};

/// A command line that starts `program` so often on this machine, whoever runs it and however many cores
/// there are. Ranks reach each other by memory that they share; nothing but the loopback is used.
inline std::vector<std::string> mpirun(const MpirunOptions& options,
                                       const std::vector<std::string>& program) {
  std::vector<std::string> command{*find_program("mpirun"), "--allow-run-as-root", "--oversubscribe",
                                   "--bind-to", "none"};
  const std::vector<std::string> local{"--mca",      "plm",   "isolated",           "--mca", "btl",
                                       "self,vader", "--mca", "oob_tcp_if_include", "lo"};
  const auto& flags = options.flags.empty() ? local : options.flags;
  command.insert(command.end(), flags.begin(), flags.end());
  command.insert(command.end(), {"-n", std::to_string(options.ranks)});
  command.insert(command.end(), program.begin(), program.end());
  return command;
}

}  // namespace suite::test
