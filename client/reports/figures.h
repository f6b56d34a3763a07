// Figures that more than one report shows, and how they are written.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "client/load_plan.h"
#include "client/load_result.h"

namespace suite {

/// A percentile that is reported.
struct Quantile {
  std::string_view name;  // for people: "p99.9"
  std::string_view key;   // as a field or a column: "p999"
  double share;
};
inline constexpr std::array<Quantile, 6> kQuantiles{{{"p50", "p50", 0.5},
                                                     {"p75", "p75", 0.75},
                                                     {"p90", "p90", 0.9},
                                                     {"p95", "p95", 0.95},
                                                     {"p99", "p99", 0.99},
                                                     {"p99.9", "p999", 0.999}}};

/// "p50 45.3us, p75 60.1us; too few samples for p90, p95": never a number that the count does not support.
/// `also` is a further figure, which stands behind those that are given.
std::string percentiles_text(const LatencyHistogram& latency, std::span<const Quantile> quantiles,
                             std::string_view also = {});

/// CPU time of either side per completed request, in ns; nothing where none was completed, or where the
/// server's is not known.
std::optional<double> client_cpu_per_request(const LoadResult& result);
std::optional<double> server_cpu_per_request(const LoadResult& result);
/// "55 could not connect, 5 closed early": the kinds that occurred, each with its number in front.
std::string kinds_text(const ErrorCounts& errors);
/// "200: 1,000, 404: 10": the statuses that occurred, with `separator` between them.
std::string statuses_text(const HttpCounts& http, std::string_view separator);
/// How much of a core a load thread used while its use was measured: 1 is all of it. That is the window, but
/// for the microseconds in which a thread sees it begin and end; by its length alone, short ones would have
/// shares above 1.
double share_of_core(const ThreadUse& use);
/// "45.3ns", "4.05us": a tenth of a nanosecond is worth showing where requests are pipelined.
std::string cpu_text(double nanoseconds);

/// "full", "length" or "none", as --verify takes it.
std::string_view name_of(Verify verify);
/// "constant" or "poisson", as --arrivals takes it.
std::string_view name_of(RatePlan::Arrivals arrivals);

}  // namespace suite
