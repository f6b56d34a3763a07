// What the environment says of the launcher that started this process: mpirun, or srun with --mpi.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

namespace suite {

/// One rank of a launcher's job.
struct Launched {
  std::string_view launcher;         // for users: "mpirun"
  std::size_t rank = 0;              // its number, from 0
  std::optional<std::size_t> ranks;  // how many there are; nothing: MPI has to be asked

  bool is_alone() const { return ranks == 1; }
};

/// getenv(3), or a test's own: nullptr where there is none of that name.
using Variables = std::function<const char*(const char* name)>;

/// Nothing where no launcher started this process as a rank. What a batch system says of a whole job
/// (SLURM_NTASKS) makes no rank: a script in that job has it too, and so has what the script starts.
std::optional<Launched> launched(const Variables& variables);

/// Of this process.
std::optional<Launched> launched();

}  // namespace suite
