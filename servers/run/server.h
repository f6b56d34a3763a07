// Runs a server: everything around the loop, once for all backends. Listeners, worker threads or
// processes, pinning, signals, drain, totals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <string_view>
#include <vector>

#include "common/base/error.h"
#include "common/net/endpoint.h"
#include "servers/backend.h"
#include "servers/run/serve_options.h"
#include "servers/session.h"
#include "servers/totals.h"

namespace suite {

/// What a server did, from its start to its end.
struct ServeReport {
  std::vector<WorkerTotals> workers;
  std::uint64_t replaced_workers = 0;  // prefork only
};

/// How a server speaks to whoever started it. Called on the thread that called serve(), and must
/// not throw: that would end the server.
struct ServeCallbacks {
  std::function<void(const Endpoint&)> on_listening;  // every worker listens
  std::function<void(std::string_view)> on_event;     // one line: a worker died and was replaced
  /// One line: something that a user must know of. Called on any thread, and in worker processes.
  std::function<void(std::string_view)> on_trouble;
  /// A SIGHUP came, and the workers are about to learn of it. Need not be set.
  std::function<void()> on_hangup = nullptr;
  /// A second SIGTERM or SIGINT came before the drain was over: ends the process, with this signal's number.
  /// Worker processes are dead and a unix socket's file is removed by then.
  std::function<void(int signal)> on_forced_end;
};

/// Serves until SIGTERM or SIGINT, then drains. Blocks these signals (and, for worker processes, SIGCHLD, and
/// SIGHUP where the options say so) in the calling thread, which must be the only one of the process. The
/// error is one of starting, or of a worker thread that failed later.
std::expected<ServeReport, Error> serve(const Backend& backend, const ServeOptions& options,
                                        const ServerProtocol& protocol, const ServeCallbacks& callbacks);

/// How many loops `workers` are: each worker has one, but a pool's threads share theirs.
std::size_t loops_of(const Backend& backend, std::size_t workers);

/// How many connections one loop of `loops` can hold: its share of what the backend bounds, and of this
/// process's descriptors, less a few for itself.
std::size_t bound_per_loop(const Backend& backend, std::size_t loops);

}  // namespace suite
