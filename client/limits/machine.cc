#include "client/limits/machine.h"

#include <system_error>
#include <utility>
#include <vector>

#include "client/limits/tool_cost.h"
#include "common/limits/probes.h"
#include "common/limits/tcp_round.h"

namespace suite::limits {

std::expected<MachineLimits, Error> measure_machine(std::uint64_t connections,
                                                    const std::function<bool()>& goes_on) {
  if (const auto possible = check_descriptors(connections); !possible) {
    return std::unexpected(possible.error());
  }
  const RoundPlan plan{.connections = connections, .cpus = spread_over_cpus()};
  auto tool = tool_probe(plan);
  if (!tool) return std::unexpected(tool.error());
  std::vector<Probe> probes = machine_probes(plan);
  probes.push_back(*std::move(tool));
  try {
    auto figures = measure_in_turn(probes, kRounds, goes_on);
    if (!figures) return std::unexpected(figures.error());
    return MachineLimits{.connections = connections,
                         .rounds = kRounds,
                         .length = plan.length,
                         .cpus = plan.cpus,
                         .figures = *std::move(figures)};
  } catch (const std::system_error& error) {
    return std::unexpected(system_error("start two threads", error.code().value()));
  }
}

}  // namespace suite::limits
