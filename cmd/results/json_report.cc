#include "cmd/results/json_report.h"

#include "client/gates/gates.h"
#include "client/reports/figures.h"
#include "cmd/results/run_of.h"

namespace suite::results {
namespace {

template <class Value>
Json value_or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}
Json seconds_or_null(const std::optional<std::chrono::nanoseconds>& value) {
  return value ? Json(seconds_of(*value)) : Json(nullptr);
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
          {"warmup", seconds_of(plan.warmup)},
          {"runs", settings.runs},
          {"timeout", seconds_of(plan.timeout)},
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

}  // namespace

LoadDocument json_report(const LoadSettings& settings, const Environment& environment,
                         std::span<const LoadResult> results) {
  LoadDocument document{.suite = environment.suite,
                        .config = config(settings),
                        .environment = environment,
                        .gates = gates_json(judge(settings.gates, results)),
                        .find_max = nullptr,
                        .runs = {}};
  for (const LoadResult& result : results) document.runs.push_back(run_of(settings.plan, result));
  return document;
}

}  // namespace suite::results
