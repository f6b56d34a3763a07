#include "client/capacity.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "common/base/units.h"
#include "common/process/descriptors.h"

namespace suite {
namespace {

// Standard streams, epoll, its timer, the interrupt, and what the caller may have open.
constexpr std::size_t kReserved = 16;
// 16 bytes are set aside for each request in flight.
constexpr std::uint64_t kMostInFlight = std::uint64_t{1} << 28;

std::size_t ephemeral_ports() {
  std::size_t first = 32768, last = 60999;  // the kernel's default
  std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> first >> last;
  return last >= first ? last - first + 1 : 1;
}

Error too_many(const LoadPlan& plan, std::string why, std::string advice) {
  return {.what = fmt::format("open {} connections", format_count(plan.connections)),
          .why = std::move(why),
          .advice = std::move(advice)};
}

std::expected<void, Error> check_sockets(const LoadPlan& plan, const TargetName& target,
                                         const Capacity& capacity) {
  const std::size_t per_table = capacity.descriptors > kReserved ? capacity.descriptors - kReserved : 1;
  const std::size_t tables = capacity.table_per_thread ? plan.threads : 1;
  const std::size_t sources = std::max<std::size_t>(plan.sources.size(), 1);
  if (!target.is_unix() && plan.connections > capacity.ports * sources) {
    return std::unexpected(
        too_many(plan, fmt::format("one source address has {} local ports", format_count(capacity.ports)),
                 fmt::format("give --source-ip with {} local addresses, as in 127.0.0.2,127.0.0.3,...",
                             (plan.connections + capacity.ports - 1) / capacity.ports)));
  }
  if ((plan.connections + tables - 1) / tables > per_table) {
    const std::size_t needed = (plan.connections + per_table - 1) / per_table;
    return std::unexpected(
        too_many(plan,
                 fmt::format("{} descriptors are allowed per {}", format_count(capacity.descriptors),
                             capacity.table_per_thread ? "thread" : "process"),
                 capacity.table_per_thread ? fmt::format("give --threads {}", needed)
                                           : fmt::format("give --conns {} or less", per_table)));
  }
  return {};
}

}  // namespace

Capacity local_capacity() {
  return {.descriptors = raise_descriptor_limit(),
          .table_per_thread = has_private_descriptor_tables(),
          .ports = ephemeral_ports()};
}

std::expected<void, Error> check_capacity(const LoadPlan& plan, const TargetName& target,
                                          const Capacity& capacity) {
  if (plan.has_network()) {
    if (auto fits = check_sockets(plan, target, capacity); !fits) return fits;
  }
  if (plan.depth > kMostInFlight / plan.connections) {
    return std::unexpected(
        Error{.what = fmt::format("keep {} x {} requests in flight", plan.connections, plan.depth),
              .why = fmt::format("at most {} are supported", format_count(kMostInFlight)),
              .advice = "give fewer --conns or less --depth"});
  }
  return {};
}

}  // namespace suite
