#include "common/ranks/launcher.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <system_error>

namespace suite {
namespace {

/// The variables by which a launcher tells a process its place.
struct Naming {
  std::string_view launcher;
  const char* rank;
  const char* ranks;
  bool says_ranks = true;  // always; otherwise the rank alone is enough
};

// Open MPI's mpirun sets PMIX_RANK as well, so it comes first. Slurm's plug-in for PMIx leaves the number of
// ranks to the variables of its job steps; those for PMI-1 and PMI-2 name it themselves.
constexpr std::array kNamings{
    Naming{.launcher = "mpirun", .rank = "OMPI_COMM_WORLD_RANK", .ranks = "OMPI_COMM_WORLD_SIZE"},
    Naming{.launcher = "srun --mpi=pmi2", .rank = "PMI_RANK", .ranks = "PMI_SIZE"},
    Naming{.launcher = "srun --mpi=pmix",
           .rank = "PMIX_RANK",
           .ranks = "SLURM_STEP_NUM_TASKS",
           .says_ranks = false},
};

std::optional<std::size_t> number(const char* text) {
  if (text == nullptr) return std::nullopt;
  const std::string_view digits(text);
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Launched> launched(const Variables& variables) {
  for (const Naming& naming : kNamings) {
    const auto rank = number(variables(naming.rank));
    const auto ranks = number(variables(naming.ranks));
    if (!rank || (naming.says_ranks && !ranks)) continue;
    if (ranks && *rank >= *ranks) continue;  // somebody else's variable
    return Launched{.launcher = naming.launcher, .rank = *rank, .ranks = ranks};
  }
  return std::nullopt;
}

std::optional<Launched> launched() {
  return launched([](const char* name) { return std::getenv(name); });
}

}  // namespace suite
