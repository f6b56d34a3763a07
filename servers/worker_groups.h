// The two ways of running workers, behind serve().
#pragma once

#include <cstddef>
#include <expected>

#include "common/net/listener.h"
#include "common/process/signals.h"
#include "servers/server.h"

namespace suite {

/// What both ways need to know.
struct WorkerPlan {
  const Backend& backend;
  ServeOptions options;  // options.endpoint: with its port, where several workers share it
  const Protocol& protocol;
  const ServeCallbacks& callbacks;
  const SignalQueue& signals;
};

/// How the listener of a worker is opened; with `share_port` where each has one of its own.
Listener::Options listener_options(const ServeOptions& options, bool share_port);

/// What worker number `index` has to respect.
LoopLimits limits_of_worker(const WorkerPlan& plan, std::size_t index);

std::expected<ServeReport, Error> serve_with_threads(const WorkerPlan& plan);
std::expected<ServeReport, Error> serve_with_processes(const WorkerPlan& plan);

}  // namespace suite
