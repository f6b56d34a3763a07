// What a backend's folder offers to the registry.
#pragma once

#include <cstddef>
#include <expected>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/error.h"
#include "servers/loop.h"
#include "servers/stand_in.h"

namespace suite {

enum class WorkerKind {
  kThreads,    // workers are threads of one process
  kProcesses,  // workers are processes under a master that replaces those that die
  kPool,       // one worker; as many threads as were asked for serve its connections (LoopContext::threads)
};

/// One I/O model under one name. Each folder of servers/backends defines `Backend NAME_backend()`.
struct Backend {
  std::string_view name;
  std::string_view model;  // one line: how it waits and how it moves bytes
  std::string library;     // name and version; empty for plain system calls
  WorkerKind workers = WorkerKind::kThreads;
  std::unique_ptr<Loop> (*make_loop)() = nullptr;
  /// Whether this kernel allows it; nullptr: always.
  std::expected<void, Error> (*usable)() = nullptr;
  /// What it has in use of that which kernels differ in, in words; nullptr: nothing. Only where it is usable.
  std::string (*in_use)() = nullptr;
  bool can_spin = true;  // instead of sleeping: LoopLimits::busy_poll
  /// Where something bounds its connections before descriptors do: how many all workers together may have.
  std::size_t (*most_connections)() = nullptr;
  /// How many connections of a worker may linger for a refused body (After::kLingerForBody), where that takes
  /// threads; elsewhere a quarter of those that may be open.
  std::size_t most_body_lingers = std::numeric_limits<std::size_t>::max();

  // What a comparison must know of it:

  bool coroutine_per_connection = false;  // one function from its beginning to its end, which is suspended
  /// What there is to see is how the loop grows with its workers: it is measured with several numbers of
  /// them.
  bool compared_by_workers = false;
  bool compared_by_connections = false;  // ... or with the number of its connections
  StandIn http_stand_in = {};
};

}  // namespace suite
