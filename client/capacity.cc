#include "client/capacity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <fstream>

#include "common/base/units.h"
#include "common/process/descriptors.h"

namespace suite {
namespace {

// A thread's own table holds the standard streams, the interrupt, epoll and its timer besides connections.
constexpr std::size_t kFixedPerThread = 6;
// io_uring keeps a socket that was closed for a turn, while another takes its place.
constexpr std::size_t kFixedWithUring = 16;
// A table of all threads holds the same for each, those of the main thread, and what the caller had open.
constexpr std::size_t kFixedOfAll = 16;
// What the main thread opens: streams, signals, two events, and one at a time to look and to write.
constexpr std::size_t kLeastInAll = 7;
constexpr std::size_t kMostThreads = 1024;  // as --threads takes them
// 16 bytes are set aside for each request in flight.
constexpr std::uint64_t kMostInFlight = std::uint64_t{1} << 28;

std::size_t ephemeral_ports() {
  std::size_t first = 32768, last = 60999;  // the kernel's default
  std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> first >> last;
  return last >= first ? last - first + 1 : 1;
}

Error too_many(const LoadPlan& plan, std::string why, std::string advice) {
  return {.what = fmt::format("open {} connections", format_count(plan.own_connections())),
          .why = std::move(why),
          .advice = std::move(advice)};
}

std::size_t fixed_descriptors(const LoadPlan& plan, const Capacity& capacity) {
  if (!capacity.table_per_thread) return kFixedOfAll + 3 * (plan.threads - 1);
  return plan.driver == DriverKind::kUring ? kFixedWithUring : kFixedPerThread;
}

std::expected<void, Error> check_descriptors(const LoadPlan& plan, const Capacity& capacity) {
  const std::size_t fixed = fixed_descriptors(plan, capacity);
  const std::size_t per_table = capacity.descriptors - std::min(fixed, capacity.descriptors);
  const std::size_t tables = capacity.table_per_thread ? plan.threads : 1;
  const bool fits = per_table > 0 && (plan.own_connections() + tables - 1) / tables <= per_table;
  if (fits && capacity.descriptors >= kLeastInAll) return {};
  const std::size_t needed = per_table > 0 ? (plan.own_connections() + per_table - 1) / per_table : SIZE_MAX;
  std::string advice = fmt::format("give --threads {}", needed);
  if (capacity.descriptors < kLeastInAll || needed > kMostThreads) {
    advice = fmt::format("no number of --threads helps: raise the limit, ulimit -n {}",
                         plan.own_connections() + std::max(fixed, kLeastInAll));
  } else if (!capacity.table_per_thread) {
    advice = fmt::format("give --conns {} or less", per_table);
  }
  return std::unexpected(
      too_many(plan,
               fmt::format("{} descriptors are allowed per {}, and {} are for other things",
                           format_count(capacity.descriptors),
                           capacity.table_per_thread ? "thread" : "process", fixed),
               std::move(advice)));
}

std::expected<void, Error> check_ports(const LoadPlan& plan, const Capacity& capacity) {
  const std::size_t sources = std::max<std::size_t>(plan.sources.size(), 1);
  if (plan.own_connections() <= capacity.ports * sources) return {};
  return std::unexpected(
      too_many(plan, fmt::format("one source address has {} local ports", format_count(capacity.ports)),
               fmt::format("give --source-ip with {} local addresses, as in 127.0.0.2,127.0.0.3,...",
                           (plan.own_connections() + capacity.ports - 1) / capacity.ports)));
}

}  // namespace

std::expected<Spread, Error> least_spread(std::size_t connections, const Capacity& capacity) {
  LoadPlan plan{.connections = connections, .driver = DriverKind::kUring};  // which needs the most for itself
  const std::size_t per_source = std::max<std::size_t>(1, capacity.ports / 2);  // see Spread::sources
  plan.sources.resize((connections + per_source - 1) / per_source);
  const std::size_t fixed = fixed_descriptors(plan, capacity);
  if (capacity.table_per_thread && capacity.descriptors > fixed) {
    const std::size_t per_table = capacity.descriptors - fixed;
    plan.threads = std::min(kMostThreads, (connections + per_table - 1) / per_table);
  }
  if (auto fits = check_descriptors(plan, capacity); !fits) return std::unexpected(fits.error());
  return Spread{.threads = plan.threads, .sources = plan.sources.size()};
}

std::size_t connections_per_table(const Capacity& capacity) {
  // Listeners, logs, the loop's own; a page that is read for the cache. The kernel does not spread
  // connections over workers evenly.
  constexpr std::size_t kForItself = 64;
  constexpr double kEven = 0.95;
  const std::size_t left = capacity.descriptors - std::min(capacity.descriptors, kForItself);
  return std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(left) * kEven));
}

Capacity local_capacity() {
  return {.descriptors = raise_descriptor_limit(),
          .table_per_thread = has_private_descriptor_tables(),
          .ports = ephemeral_ports()};
}

std::expected<void, Error> check_capacity(const LoadPlan& plan, const TargetName& target,
                                          const Capacity& capacity) {
  if (plan.has_network()) {
    if (auto fits = target.is_unix() ? std::expected<void, Error>() : check_ports(plan, capacity); !fits) {
      return fits;
    }
    if (auto fits = check_descriptors(plan, capacity); !fits) return fits;
  }
  if (plan.depth > kMostInFlight / plan.own_connections()) {
    return std::unexpected(
        Error{.what = fmt::format("keep {} x {} requests in flight", plan.own_connections(), plan.depth),
              .why = fmt::format("at most {} are supported", format_count(kMostInFlight)),
              .advice = "give fewer --conns or less --depth"});
  }
  return {};
}

}  // namespace suite
