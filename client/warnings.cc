#include "client/warnings.h"

#include <fmt/format.h>

#include "client/drivers/client_socket.h"
#include "common/base/units.h"

namespace suite {
namespace {

constexpr double kBusy = 0.95;     // of its cores: the client was the limit
constexpr double kNotBusy = 0.85;  // of one core: the server was not

// Threads of a run with nothing measured, or of one too short to tell, are not judged.
bool client_bound(const LoadResult& result) {
  if (result.measured < std::chrono::milliseconds(50) || !result.server_cpu) return false;
  const double window = static_cast<double>(result.measured.count());
  const double client = static_cast<double>(result.client_cpu.count()) / window;
  const double server = static_cast<double>(result.server_cpu->count()) / window;
  return client > kBusy * static_cast<double>(result.threads) && server < kNotBusy;
}

}  // namespace

std::vector<std::string> warnings_for(const LoadPlan& plan, const LoadResult& result) {
  std::vector<std::string> warnings = buffer_warnings(plan.sockets, plan.target.family());
  if (result.connections_opened < result.connections_asked) {
    warnings.push_back(fmt::format(
        "connected {} of {}{}", format_count(result.connections_opened),
        format_count(result.connections_asked),
        result.last_connect_error.empty() ? "" : fmt::format(" ({})", result.last_connect_error)));
  }
  if (result.gave_up) {
    warnings.push_back(
        fmt::format("stopped before all requests were made: no connection could be held open for {}",
                    format_duration(plan.timeout)));
  }
  if (client_bound(result)) {
    warnings.push_back(
        "client-bound: the load generator used all of its cores and the server did not; the server can do "
        "more (give the client more --threads, or more --depth)");
  }
  if (result.counts.completed > 0 && !result.latency.percentile(0.99)) {
    warnings.push_back(fmt::format("only {} samples: p99 takes 100 and p99.9 takes 1,000; run longer",
                                   result.latency.count()));
  }
  return warnings;
}

}  // namespace suite
