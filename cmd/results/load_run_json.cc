#include "cmd/results/load_run_json.h"

#include <algorithm>
#include <utility>

#include "client/reports/figures.h"
#include "cmd/results/limit_names.h"
#include "cmd/results/packed_histogram.h"
#include "common/base/date_time.h"

namespace suite::results {
namespace {

using std::chrono::nanoseconds;

Json or_null(const std::optional<nanoseconds>& value) { return value ? Json(value->count()) : Json(); }
Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json buckets_json(const Distribution& distribution) {
  Json buckets = Json::array();
  for (const auto& bucket : unpack(distribution.packed()).value_or(Buckets())) {
    buckets.push_back(Json::array({bucket.lowest, bucket.count}));
  }
  return buckets;
}

/// Writes the distributions of one run, and knows what it has written.
class DistributionWriter {
 public:
  explicit DistributionWriter(HistogramForm form) : form_(form) {}

  /// `name` is that of the run's member; empty: it is none, and others cannot name it.
  Json json(const Distribution& distribution, std::string_view name) {
    const std::string_view same = name_of_same(distribution);
    // Packed, only the latency has its figures: others take a reader a moment, and bench a megabyte.
    const bool has_figures = form_ == HistogramForm::kBuckets || name == "latency_ns";
    Json object = has_figures ? figures_json(distribution) : Json::object();
    if (!same.empty()) {
      object["same_as"] = same;
      return object;
    }
    if (!name.empty()) written_.emplace_back(name, &distribution);
    object["histogram"] = histogram_json(distribution);
    return object;
  }
  Json json(const std::optional<Distribution>& distribution, std::string_view name) {
    return distribution ? json(*distribution, name) : Json();
  }

 private:
  // Of one that was written; empty: there is none.
  std::string_view name_of_same(const Distribution& distribution) const {
    if (distribution.count() == 0) return {};
    const auto same =
        std::ranges::find_if(written_, [&](const auto& one) { return *one.second == distribution; });
    return same == written_.end() ? std::string_view() : same->first;
  }

  static Json figures_json(const Distribution& distribution) {
    const Distribution::Figures figures = distribution.figures();
    Json object = {{"min", or_null(distribution.min())},
                   {"mean", or_null(distribution.mean())},
                   {"stddev", or_null(figures.stddev)}};
    for (std::size_t i = 0; i < kQuantiles.size(); ++i) {
      object[std::string(kQuantiles[i].key)] = or_null(figures.percentiles[i]);
    }
    object["max"] = or_null(distribution.max());
    return object;
  }

  Json histogram_json(const Distribution& distribution) const {
    const Distribution::Totals& totals = distribution.totals();
    Json object = {{"sum", totals.sum}, {"clamped", totals.clamped}};
    if (form_ == HistogramForm::kBuckets) {
      object["buckets"] = buckets_json(distribution);
    } else {
      object["count"] = totals.count;
      object["min"] = totals.min;
      object["max"] = totals.max;
      object["packed"] = distribution.packed();
    }
    return object;
  }

  HistogramForm form_;
  std::vector<std::pair<std::string_view, const Distribution*>> written_;
};

Json errors_json(const ErrorCounts& counts) {
  Json object = Json::object();
  for (std::size_t i = 0; i < kErrorNames.size(); ++i) {
    object[std::string(kErrorNames[i])] = counts.by_kind[i];
  }
  return object;
}

Json threads_json(const LoadRun& run) {
  Json list = Json::array();
  for (const ThreadUse& use : run.thread_use) {
    list.push_back({{"cpu_seconds", seconds_of(use.cpu)},
                    {"elapsed_seconds", seconds_of(use.elapsed)},
                    {"cpu_share", share_of_core(use)},
                    {"voluntary_switches", use.voluntary_switches},
                    {"involuntary_switches", use.involuntary_switches}});
  }
  return list;
}

Json limit_json(Limit limit) {
  const std::string_view name = name_of(limit);
  return name.empty() ? Json() : Json(name);
}

Json memory_json(const std::optional<ServerMemory>& memory) {
  if (!memory) return nullptr;
  return {{"before_bytes", memory->before}, {"loaded_bytes", memory->loaded}};
}

Json kernel_json(const std::optional<KernelCounters>& kernel) {
  if (!kernel) return nullptr;
  return {{"listen_overflows", kernel->listen_overflows},         {"listen_drops", kernel->listen_drops},
          {"syn_queue_full_drops", kernel->syn_queue_full_drops}, {"syn_cookies", kernel->syn_cookies},
          {"syn_retransmissions", kernel->syn_retransmissions},   {"delayed_acks", kernel->delayed_acks}};
}

Json series_json(const std::vector<SeriesPoint>& series) {
  Json list = Json::array();
  for (const SeriesPoint& point : series) {
    list.push_back({{"seconds", seconds_of(point.length)},
                    {"completed", point.completed},
                    {"errors", point.errors},
                    {"rps", point.rate()},
                    {"p50_ns", or_null(point.p50)},
                    {"p99_ns", or_null(point.p99)}});
  }
  return list;
}

// Only where there are any.
void add_ranks(Json& object, const std::vector<RankPart>& ranks) {
  if (ranks.empty()) return;
  Json list = Json::array();
  for (const RankPart& part : ranks) {
    list.push_back({{"rank", part.rank},
                    {"host", part.host},
                    {"connections", part.connections},
                    {"completed", part.completed},
                    {"errors", part.errors},
                    {"seconds", seconds_of(part.measured)},
                    {"client_cpu_seconds", seconds_of(part.client_cpu)},
                    {"clock_offset_seconds", seconds_of(part.clock_offset)},
                    {"clock_bound_seconds", seconds_of(part.clock_bound)},
                    {"late_seconds", seconds_of(part.late)},
                    {"interrupted", part.interrupted},
                    {"warnings", part.warnings}});
  }
  object["ranks"] = std::move(list);
}

// Both null in a closed loop.
void add_rate(Json& object, const std::optional<RateRun>& rate, DistributionWriter& distributions) {
  object["rate"] = nullptr;
  object["service_ns"] = nullptr;
  if (!rate) return;
  object["rate"] = {{"asked", rate->asked},
                    {"achieved", rate->achieved},
                    {"arrivals", name_of(rate->arrivals)},
                    {"due", rate->due},
                    {"missed", rate->missed},
                    {"shed", rate->shed},
                    {"drained", rate->drained},
                    {"lag_ns", distributions.json(rate->lag, "")}};
  object["service_ns"] = distributions.json(rate->service, "service_ns");
}

// No limit where the server did not name one.
Json http2_json(const Http2Counts& http2) {
  const bool limited = http2.fewest_streams != UINT32_MAX;
  return {{"max_concurrent_streams", limited ? Json(http2.fewest_streams) : Json()},
          {"goaways", http2.goaways},
          {"sent_again", http2.sent_again}};
}

// All null where the target is no HTTP server.
void add_http(Json& object, const std::optional<HttpRun>& http, DistributionWriter& distributions) {
  Json statuses;
  if (http) {
    statuses = Json::object();
    for (const auto& [code, count] : http->statuses) statuses[std::to_string(code)] = count;
  }
  object["statuses"] = std::move(statuses);
  object["non_2xx"] = http ? Json(http->non_2xx) : Json();
  object["body_bytes_received"] = http ? Json(http->body_bytes) : Json();
  object["kept_alive"] = http ? Json(http->kept_alive) : Json();
  object["first_byte_ns"] = http ? distributions.json(http->first_byte, "first_byte_ns") : Json();
  object["total_ns"] = http ? distributions.json(http->total, "total_ns") : Json();
  object["http2"] = http && http->http2 ? http2_json(*http->http2) : Json();
}

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

// Both null in the clear.
void add_tls(Json& object, const LoadRun& run, DistributionWriter& distributions) {
  object["tls"] = nullptr;
  object["tls_ns"] = nullptr;
  if (!run.tls) return;
  object["tls"] = {{"version", or_null(run.tls->version)},
                   {"cipher", or_null(run.tls->cipher)},
                   {"group", or_null(run.tls->group)},
                   {"full_handshakes", run.tls->full},
                   {"resumed_handshakes", run.tls->resumed},
                   {"failed_handshakes", run.counts.errors.failed_handshakes},
                   {"last_failure", or_null(run.tls->last_failure)}};
  object["tls_ns"] = distributions.json(run.tls->handshake, "tls_ns");
}

}  // namespace

Json disturbance_json(const std::optional<Disturbance>& disturbance) {
  if (!disturbance) return nullptr;
  const auto& others = disturbance->others;
  return {{"stolen_seconds", seconds_of(disturbance->stolen)},
          {"others_cpu_seconds", others ? Json(seconds_of(*others)) : Json()},
          {"significant", disturbance->significant}};
}

Json run_json(const LoadRun& run, HistogramForm form) {
  const LoadCounts& counts = run.counts;
  DistributionWriter distributions(form);
  Json object = {
      {"loop", run.rate ? "open" : "closed"},
      {"completed", counts.completed},
      {"sent", counts.sent},
      {"errors", errors_json(counts.errors)},
      {"in_flight_at_end", counts.in_flight_at_end},
      {"oldest_in_flight_seconds", seconds_of(run.oldest_in_flight)},
      {"began", run.began ? Json(date_time_text(*run.began)) : Json()},
      {"seconds", run.seconds()},
      {"rps", run.rps()},
      {"bytes_sent", counts.bytes_sent},
      {"bytes_received", counts.bytes_received},
      {"receives", counts.receives},
      {"replies_per_receive", counts.replies_per_receive()},
      {"latency_ns", distributions.json(run.latency, "latency_ns")},
      {"connect_ns", distributions.json(run.connect, "connect_ns")},
      {"connections",
       {{"asked", run.connections_asked}, {"opened", run.connections_opened}, {"reopened", counts.reopened}}},
      {"client_cpu_seconds", seconds_of(run.client_cpu)},
      {"server_cpu_seconds", run.server_cpu ? Json(seconds_of(*run.server_cpu)) : Json()},
      {"server_switches", run.server_switches ? Json(*run.server_switches) : Json()},
      {"server_memory", memory_json(run.server_memory)},
      {"disturbance", disturbance_json(run.disturbance)},
      {"driver", run.driver},
      {"threads", run.threads},
      {"thread_use", threads_json(run)},
      {"idle_share", or_null(run.idle_share)},
      {"limit", limit_json(run.limit)},
      {"kernel_tcp", kernel_json(run.kernel)},
      {"series", series_json(run.series)},
      {"interrupted", run.interrupted},
      {"failure", run.failure ? Json(*run.failure) : Json()},
      {"warnings", run.warnings}};
  add_ranks(object, run.ranks);
  add_rate(object, run.rate, distributions);
  add_http(object, run.http, distributions);
  add_tls(object, run, distributions);
  return object;
}

}  // namespace suite::results
