// Whether this machine can hold a plan's connections.
#pragma once

#include <cstddef>
#include <expected>

#include "client/load_plan.h"
#include "client/target.h"
#include "common/base/error.h"

namespace suite {

/// What limits how many connections there can be.
struct Capacity {
  std::size_t descriptors;  // per descriptor table
  bool table_per_thread;    // each thread has one
  std::size_t ports;        // local ports of one source address
};

/// That of this process on this machine. Raises the soft limit of descriptors to the hard one.
Capacity local_capacity();

/// Nothing, or what does not fit and what would. The plan's own target need not be known yet.
std::expected<void, Error> check_capacity(const LoadPlan& plan, const TargetName& target,
                                          const Capacity& capacity);

/// Over how much connections are spread.
struct Spread {
  std::size_t threads = 1;
  /// Source addresses. Each is used for half of its ports: connect(2) tries those of one parity first, and
  /// once they are taken looks through all of them for each further connection (65,536 connections from three
  /// addresses took 27 s, from five 5 s).
  std::size_t sources = 1;

  bool operator==(const Spread&) const = default;
};

/// The least over which that many connections fit, whatever driver moves the bytes; the error says what would
/// have to change, where nothing does.
std::expected<Spread, Error> least_spread(std::size_t connections, const Capacity& capacity);

/// How many connections a server can hold in one descriptor table, with what it needs for itself.
std::size_t connections_per_table(const Capacity& capacity);

}  // namespace suite
