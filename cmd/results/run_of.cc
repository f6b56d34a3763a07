#include "cmd/results/run_of.h"

namespace suite::results {
namespace {

// What was not asked for is not there: it is not zero.
std::optional<Distribution> distribution_if(bool measured, const LatencyHistogram& histogram) {
  if (!measured) return std::nullopt;
  return histogram;
}

std::optional<RateRun> rate_of(const LoadPlan& plan, const LoadResult& result) {
  if (!result.rate) return std::nullopt;
  const RateResult& rate = *result.rate;
  return RateRun{.asked = rate.asked,
                 .achieved = rate.achieved,
                 .arrivals = plan.rate.value_or(RatePlan{}).arrivals,
                 .due = rate.due,
                 .missed = rate.missed,
                 .shed = rate.shed,
                 .drained = rate.drained,
                 .lag = rate.lag,
                 .service = distribution_if(plan.latency, rate.service)};
}

std::optional<HttpRun> http_of(const LoadPlan& plan, const LoadResult& result) {
  if (!result.http) return std::nullopt;
  HttpRun http{.statuses = {},
               .non_2xx = result.http->non_2xx(),
               .body_bytes = result.http->body_bytes,
               .kept_alive = result.http->kept_alive,
               .first_byte = distribution_if(plan.latency, result.http_times.first_byte),
               .total = distribution_if(plan.latency, result.http_times.total),
               .http2 = result.http->http2};
  int code = 0;
  for (const std::uint64_t count : result.http->statuses) {
    if (count != 0) http.statuses[code] = count;
    ++code;
  }
  return http;
}

std::optional<TlsRun> tls_of(const LoadResult& result) {
  if (!result.tls) return std::nullopt;
  const TlsFindings& tls = *result.tls;
  return TlsRun{.version = tls.version,
                .cipher = tls.cipher,
                .group = tls.group,
                .full = tls.full,
                .resumed = tls.resumed,
                .handshake = tls.handshake,
                .last_failure = tls.last_failure};
}

std::optional<ServerMemory> memory_of(const LoadResult& result) {
  if (!result.server_memory_before || !result.server_memory_loaded) return std::nullopt;
  return ServerMemory{.before = *result.server_memory_before, .loaded = *result.server_memory_loaded};
}

RateResult rate_result_of(const RateRun& run) {
  RateResult rate;
  rate.asked = run.asked;
  rate.achieved = run.achieved;
  rate.due = run.due;
  rate.missed = run.missed;
  rate.shed = run.shed;
  rate.drained = run.drained;
  rate.lag = histogram_of(run.lag);
  if (run.service) rate.service = histogram_of(*run.service);
  return rate;
}

HttpCounts http_counts_of(const HttpRun& run) {
  HttpCounts counts;
  for (const auto& [status, count] : run.statuses) {
    const auto place = static_cast<std::size_t>(status);
    if (status >= 0 && place < counts.statuses.size()) counts.statuses[place] = count;
  }
  counts.body_bytes = run.body_bytes;
  counts.kept_alive = run.kept_alive;
  counts.http2 = run.http2;
  return counts;
}

TlsFindings tls_findings_of(const TlsRun& run) {
  TlsFindings findings;
  findings.full = run.full;
  findings.resumed = run.resumed;
  findings.handshake = histogram_of(run.handshake);
  findings.version = run.version;
  findings.cipher = run.cipher;
  findings.group = run.group;
  findings.last_failure = run.last_failure;
  return findings;
}

}  // namespace

LoadRun run_of(const LoadPlan& plan, const LoadResult& result) {
  return {.counts = result.counts,
          .measured = result.measured,
          .began = result.began,
          .latency = distribution_if(plan.latency, result.latency),
          .connect = result.connect,
          .connections_asked = result.connections_asked,
          .connections_opened = result.connections_opened,
          .oldest_in_flight = result.oldest_in_flight,
          .client_cpu = result.client_cpu,
          .server_cpu = result.server_cpu,
          .server_switches = result.server_switches,
          .server_memory = memory_of(result),
          .disturbance = result.disturbance,
          .driver = result.driver,
          .threads = result.threads,
          .thread_use = result.thread_use,
          .idle_share = result.idle_share,
          .limit = limit_of(plan, result),
          .kernel = result.kernel,
          .series = result.series,
          .interrupted = result.interrupted,
          .failure = result.failure ? std::optional(result.failure->one_line()) : std::nullopt,
          .warnings = result.warnings,
          .ranks = result.ranks,
          .rate = rate_of(plan, result),
          .http = http_of(plan, result),
          .tls = tls_of(result)};
}

LoadResult result_of(const LoadRun& run) {
  LoadResult result;
  result.counts = run.counts;
  if (run.latency) result.latency = histogram_of(*run.latency);
  result.connect = histogram_of(run.connect);
  result.measured = run.measured;
  result.began = run.began;
  result.connections_asked = run.connections_asked;
  result.connections_opened = run.connections_opened;
  result.threads = run.threads;
  result.driver = run.driver;
  result.client_cpu = run.client_cpu;
  result.server_cpu = run.server_cpu;
  result.server_switches = run.server_switches;
  result.disturbance = run.disturbance;
  result.kernel = run.kernel;
  if (run.server_memory) {
    result.server_memory_before = run.server_memory->before;
    result.server_memory_loaded = run.server_memory->loaded;
  }
  result.series = run.series;
  result.ranks = run.ranks;
  result.thread_use = run.thread_use;
  result.oldest_in_flight = run.oldest_in_flight;
  result.interrupted = run.interrupted;
  result.warnings = run.warnings;
  if (run.rate) result.rate = rate_result_of(*run.rate);
  if (run.http) {
    result.http = http_counts_of(*run.http);
    if (run.http->first_byte) result.http_times.first_byte = histogram_of(*run.http->first_byte);
    if (run.http->total) result.http_times.total = histogram_of(*run.http->total);
  }
  if (run.tls) result.tls = tls_findings_of(*run.tls);
  return result;
}

}  // namespace suite::results
