#include "servers/run/server.h"

#include <signal.h>

#include <algorithm>
#include <utility>

#include "common/process/descriptors.h"
#include "common/process/signals.h"
#include "servers/run/worker_groups.h"

namespace suite {
namespace {

// Standard streams, the stop and status descriptors, the listener, the loop's own, and some to spare for
// what a library opens.
constexpr std::size_t kReservedDescriptors = 32;

}  // namespace

std::expected<ServeReport, Error> serve(const Backend& backend, const ServeOptions& options,
                                        const ServerProtocol& protocol, const ServeCallbacks& callbacks) {
  raise_descriptor_limit();
  const bool processes = backend.workers == WorkerKind::kProcesses;
  std::vector<int> heeded{SIGINT, SIGTERM};
  if (processes) heeded.push_back(SIGCHLD);
  if (options.heed_hangup) heeded.push_back(SIGHUP);
  auto signals = SignalQueue::open(heeded);
  if (!signals) return std::unexpected(std::move(signals.error()));
  WorkerPlan plan{.backend = backend,
                  .options = options,
                  .protocol = protocol,
                  .callbacks = callbacks,
                  .signals = *signals};
  plan.options.workers = loops_of(backend, options.workers);
  plan.threads = options.workers / plan.options.workers;
  if (plan.options.workers > 1 && !options.endpoint.is_unix()) {
    auto claimed = claim_endpoint(options.endpoint);
    if (!claimed) return std::unexpected(std::move(claimed.error()));
    plan.options.endpoint = *claimed;
  }
  return processes ? serve_with_processes(plan) : serve_with_threads(plan);
}

std::size_t loops_of(const Backend& backend, std::size_t workers) {
  return backend.workers == WorkerKind::kPool ? 1 : workers;
}

std::size_t bound_per_loop(const Backend& backend, std::size_t loops) {
  const std::size_t limit = raise_descriptor_limit();
  const bool own_table = backend.workers == WorkerKind::kProcesses || has_private_descriptor_tables();
  const std::size_t share = own_table ? limit : limit / loops;
  const std::size_t descriptors =
      share > 2 * kReservedDescriptors ? share - kReservedDescriptors : std::max<std::size_t>(share / 2, 1);
  if (backend.most_connections == nullptr) return descriptors;
  return std::clamp<std::size_t>(backend.most_connections() / loops, 1, descriptors);
}

Listener::Options listener_options(const ServeOptions& options, bool share_port) {
  // The kernel keeps a silent connection for a second before it can be accepted: an idle time-out that is not
  // much longer would be wrong by as much.
  const bool precise = options.idle_timeout && *options.idle_timeout < std::chrono::seconds(10);
  return {.backlog = options.backlog,
          .share_port = share_port,
          .await_bytes = options.client_speaks_first && !precise};
}

LoopLimits limits_of_worker(const WorkerPlan& plan, std::size_t index) {
  const ServeOptions& options = plan.options;
  std::size_t most = bound_per_loop(plan.backend, options.workers);
  if (options.max_connections) {
    const std::size_t share = *options.max_connections / options.workers;
    const bool takes_one_of_the_rest = index < *options.max_connections % options.workers;
    most = std::min(most, share + (takes_one_of_the_rest ? 1 : 0));
  }
  return {.max_connections = most,
          .send_timeout = options.send_timeout,
          .drain = options.drain,
          .busy_poll = options.busy_poll,
          .most_body_lingers = std::clamp<std::size_t>(most / 4, 1, plan.backend.most_body_lingers)};
}

}  // namespace suite
