#include "cmd/results/json_report.h"

#include <nlohmann/json.hpp>

#include "client/gates/gates.h"
#include "client/reports/figures.h"
#include "client/reports/report.h"

namespace suite {
namespace {

using Json = nlohmann::ordered_json;

double seconds(std::chrono::nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

Json value_or_null(const std::optional<std::chrono::nanoseconds>& value) {
  return value ? Json(value->count()) : Json(nullptr);
}
template <class Value>
Json value_or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}
Json seconds_or_null(const std::optional<std::chrono::nanoseconds>& value) {
  return value ? Json(seconds(*value)) : Json(nullptr);
}

// Null where the target is no HTTP server.
Json http_config(const LoadSettings& settings) {
  if (!settings.http) return nullptr;
  const HttpSettings& http = *settings.http;
  return {{"url", http.name.url()},
          {"method", http.method},
          {"headers", http.headers},
          {"body", value_or_null(http.body)},
          {"body_bytes", http.body_bytes},
          {"urls", value_or_null(http.urls)},
          {"url_count", http.url_count},
          {"ok_status", http.ok_status},
          {"no_keepalive", !settings.plan.keep_alive}};
}

Json source_addresses(const LoadPlan& plan) {
  Json list = Json::array();
  for (const Endpoint& source : plan.sources) list.push_back(source.host_and_zone());
  return list;
}

Json expressions(std::span<const Condition> conditions) {
  Json list = Json::array();
  for (const Condition& one : conditions) list.push_back(one.text);
  return list;
}

Json expressions(std::span<const Gate> gates, Demand demand) {
  Json list = Json::array();
  for (const Gate& gate : gates) {
    if (gate.demand == demand) list.push_back(gate.condition.text);
  }
  return list;
}

Json config(const LoadSettings& settings) {
  const LoadPlan& plan = settings.plan;
  const SocketPlan& sockets = plan.sockets;
  return {{"target", settings.target},
          {"address", plan.has_network() ? Json(plan.target.to_string()) : Json(nullptr)},
          {"resolve", settings.resolve},
          {"conns", plan.connections},
          {"secs", seconds_or_null(plan.duration)},
          {"requests", value_or_null(plan.requests)},
          {"per_conn", value_or_null(plan.per_conn)},
          {"threads", plan.threads},
          {"depth", plan.depth},
          {"rate", plan.rate ? Json(plan.rate->per_second) : Json(nullptr)},
          {"arrivals", plan.rate ? Json(name_of(plan.rate.value_or(RatePlan{}).arrivals)) : Json(nullptr)},
          {"payload", settings.payload ? Json(settings.payload->flags) : Json(nullptr)},
          {"payload_bytes", settings.payload ? Json(settings.payload->bytes) : Json(nullptr)},
          {"http", http_config(settings)},
          {"verify", name_of(plan.verify)},
          {"warmup", seconds(plan.warmup)},
          {"runs", settings.runs},
          {"timeout", seconds(plan.timeout)},
          {"connect_burst", plan.connect_burst},
          {"source_ip", source_addresses(plan)},
          {"seed", plan.seed},
          {"latency", plan.latency},
          {"driver", name_of(plan.driver)},
          {"busy_poll", plan.busy_poll},
          {"pin", plan.pin},
          {"sndbuf", value_or_null(sockets.send_buffer)},
          {"rcvbuf", value_or_null(sockets.receive_buffer)},
          {"no_nodelay", !sockets.nodelay},
          {"close", sockets.close == SocketPlan::Close::kFin ? "fin" : "rst"},
          {"server_pid", value_or_null(plan.server_pid)},
          {"fail_if", expressions(settings.gates, Demand::kMustNotHold)},
          {"require", expressions(settings.gates, Demand::kMustHold)},
          {"find_max", expressions(settings.find_max)}};
}

Json environment_object(const Environment& environment) {
  return {{"cpu", environment.cpu},
          {"cores", environment.cores},
          {"kernel", environment.kernel},
          {"compiler", environment.compiler},
          {"suite", environment.suite}};
}

Json buckets(const LatencyHistogram& histogram) {
  Json list = Json::array();
  for (const auto& bucket : histogram.buckets()) list.push_back(Json::array({bucket.lowest, bucket.count}));
  return {{"sum", histogram.sum()}, {"clamped", histogram.clamped()}, {"buckets", std::move(list)}};
}

Json distribution(const LatencyHistogram& histogram) {
  Json object = {{"min", value_or_null(histogram.min())},
                 {"mean", value_or_null(histogram.mean())},
                 {"stddev", value_or_null(histogram.stddev())}};
  for (const Quantile& quantile : kQuantiles) {
    object[std::string(quantile.key)] = value_or_null(histogram.percentile(quantile.share));
  }
  object["max"] = value_or_null(histogram.max());
  object["histogram"] = buckets(histogram);
  return object;
}

// Null where it was not asked for: what was not measured is not zero.
Json distribution_if(bool measured, const LatencyHistogram& histogram) {
  return measured ? distribution(histogram) : Json(nullptr);
}

Json errors(const ErrorCounts& counts) {
  Json object = Json::object();
  for (std::size_t i = 0; i < kErrorNames.size(); ++i) {
    object[std::string(kErrorNames[i])] = counts.by_kind[i];
  }
  return object;
}

Json statuses(const HttpCounts& http) {
  Json object = Json::object();
  for (std::size_t code = 0; code < http.statuses.size(); ++code) {
    if (http.statuses[code] != 0) object[std::to_string(code)] = http.statuses[code];
  }
  return object;
}

void add_http(Json& run, const LoadPlan& plan, const LoadResult& result) {
  const HttpCounts* http = result.http ? &*result.http : nullptr;
  const bool timed = http && plan.latency;
  run["statuses"] = http ? statuses(*http) : Json(nullptr);
  run["non_2xx"] = http ? Json(http->non_2xx()) : Json(nullptr);
  run["body_bytes_received"] = http ? Json(http->body_bytes) : Json(nullptr);
  run["kept_alive"] = http ? Json(http->kept_alive) : Json(nullptr);
  run["first_byte_ns"] = distribution_if(timed, result.http_times.first_byte);
  run["total_ns"] = distribution_if(timed, result.http_times.total);
}

// What an open loop asked of itself and what it kept; null in a closed one.
void add_rate(Json& run, const LoadPlan& plan, const LoadResult& result) {
  run["rate"] = nullptr;
  run["service_ns"] = nullptr;
  if (!result.rate) return;
  const RateResult& rate = *result.rate;
  run["rate"] = {{"asked", rate.asked},
                 {"achieved", rate.achieved},
                 {"arrivals", name_of(plan.rate->arrivals)},
                 {"due", rate.due},
                 {"missed", rate.missed},
                 {"shed", rate.shed},
                 {"drained", rate.drained},
                 {"lag_ns", distribution(rate.lag)}};
  run["service_ns"] = distribution_if(plan.latency, rate.service);
}

Json series(const LoadResult& result) {
  Json list = Json::array();
  for (const SeriesPoint& point : result.series) {
    list.push_back({{"seconds", seconds(point.length)},
                    {"completed", point.completed},
                    {"errors", point.errors},
                    {"rps", point.rate()},
                    {"p50_ns", value_or_null(point.p50)},
                    {"p99_ns", value_or_null(point.p99)}});
  }
  return list;
}

Json thread_use(const LoadResult& result) {
  Json list = Json::array();
  for (const ThreadUse& use : result.thread_use) {
    list.push_back({{"cpu_seconds", seconds(use.cpu)},
                    {"cpu_share", share_of_core(use)},
                    {"voluntary_switches", use.voluntary_switches},
                    {"involuntary_switches", use.involuntary_switches}});
  }
  return list;
}

// Null where the kernel's counters could not be read.
Json kernel_tcp(const LoadResult& result) {
  if (!result.kernel) return nullptr;
  return {{"listen_overflows", result.kernel->listen_overflows},
          {"listen_drops", result.kernel->listen_drops},
          {"syn_queue_full_drops", result.kernel->syn_queue_full_drops},
          {"syn_cookies", result.kernel->syn_cookies},
          {"syn_retransmissions", result.kernel->syn_retransmissions},
          {"delayed_acks", result.kernel->delayed_acks}};
}

Json run(const LoadPlan& plan, const LoadResult& result) {
  const LoadCounts& counts = result.counts;
  Json run = {{"loop", result.rate ? "open" : "closed"},
              {"completed", counts.completed},
              {"sent", counts.sent},
              {"errors", errors(counts.errors)},
              {"in_flight_at_end", counts.in_flight_at_end},
              {"seconds", result.seconds()},
              {"rps", result.rps()},
              {"bytes_sent", counts.bytes_sent},
              {"bytes_received", counts.bytes_received},
              {"receives", counts.receives},
              {"replies_per_receive", counts.replies_per_receive()},
              {"latency_ns", distribution_if(plan.latency, result.latency)},
              {"connect_ns", distribution(result.connect)},
              {"connections",
               {{"asked", result.connections_asked},
                {"opened", result.connections_opened},
                {"reopened", counts.reopened}}},
              {"client_cpu_seconds", seconds(result.client_cpu)},
              {"server_cpu_seconds", seconds_or_null(result.server_cpu)},
              {"driver", result.driver},
              {"threads", result.threads},
              {"thread_use", thread_use(result)},
              {"idle_share", value_or_null(result.idle_share)},
              {"kernel_tcp", kernel_tcp(result)},
              {"series", series(result)},
              {"interrupted", result.interrupted},
              {"failure", result.failure ? Json(result.failure->one_line()) : Json()},
              {"warnings", result.warnings}};
  add_rate(run, plan, result);
  add_http(run, plan, result);
  return run;
}

}  // namespace

Json json_report(const LoadSettings& settings, const Environment& environment,
                 std::span<const LoadResult> results) {
  Json runs = Json::array();
  for (const LoadResult& result : results) runs.push_back(run(settings.plan, result));
  return {{"schema", 1},
          {"suite", environment.suite},
          {"config", config(settings)},
          {"environment", environment_object(environment)},
          {"gates", gates_json(judge(settings.gates, results))},
          {"find_max", nullptr},
          {"runs", std::move(runs)}};
}

}  // namespace suite
