// The two ways of running workers, behind serve().
#pragma once

#include <cstddef>
#include <expected>

#include "common/net/listener.h"
#include "common/process/signals.h"
#include "servers/run/server.h"

namespace suite {

/// What both ways need to know.
struct WorkerPlan {
  const Backend& backend;
  ServeOptions options;  // its endpoint has its port, where several workers share it; its workers are loops
  const ServerProtocol& protocol;
  const ServeCallbacks& callbacks;
  const SignalQueue& signals;
  std::size_t threads = 1;  // of each worker: see LoopContext
};

/// How the listener of a worker is opened; with `share_port` where each has one of its own.
Listener::Options listener_options(const ServeOptions& options, bool share_port);

/// What worker number `index` has to respect.
LoopLimits limits_of_worker(const WorkerPlan& plan, std::size_t index);

std::expected<ServeReport, Error> serve_with_threads(const WorkerPlan& plan);
std::expected<ServeReport, Error> serve_with_processes(const WorkerPlan& plan);

}  // namespace suite
