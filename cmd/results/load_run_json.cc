#include "cmd/results/load_run_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "client/reports/figures.h"
#include "cmd/results/packed_histogram.h"

namespace suite::results {
namespace {

using std::chrono::nanoseconds;

struct NamedLimit {
  Limit limit;
  std::string_view name;
  std::string_view warning;  // how suite load begins the warning about it
};
constexpr std::array kLimits{NamedLimit{.limit = Limit::kClient, .name = "client", .warning = "client-bound"},
                             NamedLimit{.limit = Limit::kSharedCores,
                                        .name = "shared_cores",
                                        .warning = "load generator and server share all "}};

Json or_null(const std::optional<nanoseconds>& value) { return value ? Json(value->count()) : Json(); }
Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

// --- writing

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
  const auto named = std::ranges::find(kLimits, limit, &NamedLimit::limit);
  return named == kLimits.end() ? Json() : Json(named->name);
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

// --- reading

std::optional<nanoseconds> time_of(const std::optional<std::uint64_t>& count) {
  if (!count) return std::nullopt;
  return nanoseconds(static_cast<std::int64_t>(*count));
}

// [[lowest, count], ...]; nothing where it is something else.
std::optional<std::vector<LatencyHistogram::Bucket>> buckets_from(const Json& list) {
  if (!list.is_array()) return std::nullopt;
  std::vector<LatencyHistogram::Bucket> buckets;
  for (const Json& one : list) {
    if (!one.is_array() || one.size() != 2) return std::nullopt;
    if (!one[0].is_number_unsigned() || !one[1].is_number_unsigned()) return std::nullopt;
    buckets.push_back({.lowest = one[0].get<std::uint64_t>(), .count = one[1].get<std::uint64_t>()});
  }
  return buckets;
}

// The percentiles follow from the buckets.
std::optional<Distribution> distribution_of_buckets(const Fields& fields, const Fields& histogram) {
  auto buckets = buckets_from(histogram.raw("buckets"));
  const auto min = fields.count_or_null("min"), max = fields.count_or_null("max");
  const bool has_extremes = min && max;
  if (!buckets || has_extremes == buckets->empty()) return std::nullopt;
  const auto whole = LatencyHistogram::from({.buckets = std::move(*buckets),
                                             .min = min.value_or(0),
                                             .max = max.value_or(0),
                                             .sum = histogram.count("sum"),
                                             .clamped = histogram.count("clamped")});
  if (!whole) return std::nullopt;
  return Distribution(*whole);
}

// To unpack all of thousands would take seconds; what is damaged is seen by whoever unpacks it.
Distribution packed_distribution(const Fields& fields, const Fields& histogram) {
  const Distribution::Totals totals{.count = histogram.count("count"),
                                    .sum = histogram.count("sum"),
                                    .clamped = histogram.count("clamped"),
                                    .min = histogram.count("min"),
                                    .max = histogram.count("max")};
  if (!fields.has("stddev")) return {totals, std::nullopt, histogram.text("packed")};
  Distribution::Figures figures{.stddev = fields.number_or_null("stddev"), .percentiles = {}};
  for (std::size_t i = 0; i < kQuantiles.size(); ++i) {
    figures.percentiles[i] = time_of(fields.count_or_null(kQuantiles[i].key));
  }
  return {totals, figures, histogram.text("packed")};
}

// `run` is what "same_as" refers to.
Distribution distribution_from(const Fields& fields, const Fields& run) {
  if (fields.has("same_as")) {
    const Fields same = run.object(fields.text("same_as"));
    if (!same.has("same_as")) return distribution_from(same, run);
    fields.complain("same_as", "names none that has a histogram");
    return {};
  }
  const Fields histogram = fields.object("histogram");
  if (histogram.has("packed")) return packed_distribution(fields, histogram);
  if (auto distribution = distribution_of_buckets(fields, histogram)) return std::move(*distribution);
  histogram.complain("buckets", "are none that were recorded");
  return {};
}

std::optional<Distribution> distribution_or_null(const Fields& run, std::string_view name) {
  const auto object = run.object_or_null(name);
  if (!object) return std::nullopt;
  return distribution_from(*object, run);
}

// Documents of earlier versions have none.
std::optional<Fields> tls_object(const Fields& run) {
  return run.has("tls") ? run.object_or_null("tls") : std::nullopt;
}

LoadCounts counts_from(const Fields& fields) {
  LoadCounts counts{.completed = fields.count("completed"),
                    .sent = fields.count("sent"),
                    .errors = {},
                    .in_flight_at_end = fields.count("in_flight_at_end"),
                    .bytes_sent = fields.count("bytes_sent"),
                    .bytes_received = fields.count("bytes_received"),
                    .receives = fields.count("receives"),
                    .reopened = fields.object("connections").count("reopened")};
  const Fields errors = fields.object("errors");
  for (std::size_t i = 0; i < kErrorNames.size(); ++i) {
    const bool later = kErrorNames[i] == "tls";  // documents of earlier versions have none
    if (!later || errors.has(kErrorNames[i])) counts.errors.by_kind[i] = errors.count(kErrorNames[i]);
  }
  if (const auto tls = tls_object(fields)) counts.errors.failed_handshakes = tls->count("failed_handshakes");
  return counts;
}

// Documents of earlier versions have no elapsed_seconds: it was the window.
std::vector<ThreadUse> threads_from(const Fields& fields) {
  std::vector<ThreadUse> threads;
  for (const Fields& one : fields.objects("thread_use")) {
    threads.push_back(
        {.cpu = one.duration("cpu_seconds"),
         .elapsed = one.duration_or_null("elapsed_seconds").value_or(fields.duration("seconds")),
         .voluntary_switches = one.count("voluntary_switches"),
         .involuntary_switches = one.count("involuntary_switches")});
  }
  return threads;
}

std::optional<KernelCounters> kernel_from(const Fields& fields) {
  const auto kernel = fields.object_or_null("kernel_tcp");
  if (!kernel) return std::nullopt;
  return KernelCounters{.listen_overflows = kernel->count("listen_overflows"),
                        .listen_drops = kernel->count("listen_drops"),
                        .syn_queue_full_drops = kernel->count("syn_queue_full_drops"),
                        .syn_cookies = kernel->count("syn_cookies"),
                        .syn_retransmissions = kernel->count("syn_retransmissions"),
                        .delayed_acks = kernel->count("delayed_acks")};
}

std::vector<SeriesPoint> series_from(const Fields& fields) {
  std::vector<SeriesPoint> series;
  for (const Fields& one : fields.objects("series")) {
    series.push_back({.length = one.duration("seconds"),
                      .completed = one.count("completed"),
                      .errors = one.count("errors"),
                      .p50 = time_of(one.count_or_null("p50_ns")),
                      .p99 = time_of(one.count_or_null("p99_ns"))});
  }
  return series;
}

RatePlan::Arrivals arrivals_from(const Fields& fields) {
  const std::string name = fields.text("arrivals");
  for (const auto kind : {RatePlan::Arrivals::kConstant, RatePlan::Arrivals::kPoisson}) {
    if (name == name_of(kind)) return kind;
  }
  fields.complain("arrivals", "are none that this version knows");
  return RatePlan::Arrivals::kConstant;
}

std::optional<RateRun> rate_from(const Fields& fields) {
  const auto rate = fields.object_or_null("rate");
  if (!rate) return std::nullopt;
  return RateRun{.asked = rate->number("asked"),
                 .achieved = rate->number("achieved"),
                 .arrivals = arrivals_from(*rate),
                 .due = rate->count("due"),
                 .missed = rate->count("missed"),
                 .shed = rate->count("shed"),
                 .drained = rate->count("drained"),
                 .lag = distribution_from(rate->object("lag_ns"), fields),
                 .service = distribution_or_null(fields, "service_ns")};
}

std::map<int, std::uint64_t> statuses_from(const Fields& statuses) {
  std::map<int, std::uint64_t> counts;
  for (const auto& [name, count] : statuses.value().items()) {
    int code = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code);
    const bool is_code = error == std::errc() && end == name.data() + name.size();
    if (is_code) {
      counts[code] = statuses.count(name);
    } else {
      statuses.complain(name, "is no status");
    }
  }
  return counts;
}

std::optional<HttpRun> http_from(const Fields& fields) {
  const auto statuses = fields.object_or_null("statuses");
  if (!statuses) return std::nullopt;
  return HttpRun{.statuses = statuses_from(*statuses),
                 .non_2xx = fields.count("non_2xx"),
                 .body_bytes = fields.count("body_bytes_received"),
                 .kept_alive = fields.count("kept_alive"),
                 .first_byte = distribution_or_null(fields, "first_byte_ns"),
                 .total = distribution_or_null(fields, "total_ns")};
}

std::optional<TlsRun> tls_from(const Fields& fields) {
  const auto tls = tls_object(fields);
  if (!tls) {
    if (fields.has("tls_ns")) fields.object_or_null("tls_ns");  // for what is wrong with it
    return std::nullopt;
  }
  return TlsRun{.version = tls->text_or_null("version").value_or(""),
                .cipher = tls->text_or_null("cipher").value_or(""),
                .group = tls->text_or_null("group").value_or(""),
                .full = tls->count("full_handshakes"),
                .resumed = tls->count("resumed_handshakes"),
                .handshake = distribution_from(fields.object("tls_ns"), fields),
                .last_failure = tls->text_or_null("last_failure").value_or("")};
}

}  // namespace

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
  add_rate(object, run.rate, distributions);
  add_http(object, run.http, distributions);
  add_tls(object, run, distributions);
  return object;
}

// Documents of version 0.1.0 have the warning alone.
Limit limit_from(const Fields& fields) {
  const auto named_by = [&](const NamedLimit& each) {
    if (fields.has("limit")) return fields.text_or_null("limit") == each.name;
    const std::vector<std::string> warnings = fields.texts("warnings");
    return std::ranges::any_of(warnings, [&](const auto& text) { return text.starts_with(each.warning); });
  };
  const auto named = std::ranges::find_if(kLimits, named_by);
  return named == kLimits.end() ? Limit::kNotSeen : named->limit;
}

LoadRun run_from(const Fields& fields) {
  const Fields connections = fields.object("connections");
  return {.counts = counts_from(fields),
          .measured = fields.duration("seconds"),
          .latency = distribution_or_null(fields, "latency_ns"),
          .connect = distribution_from(fields.object("connect_ns"), fields),
          .connections_asked = connections.count("asked"),
          .connections_opened = connections.count("opened"),
          .oldest_in_flight = fields.has("oldest_in_flight_seconds")
                                  ? fields.duration("oldest_in_flight_seconds")
                                  : std::chrono::nanoseconds(0),
          .client_cpu = fields.duration("client_cpu_seconds"),
          .server_cpu = fields.duration_or_null("server_cpu_seconds"),
          .driver = fields.text("driver"),
          .threads = fields.count("threads"),
          .thread_use = threads_from(fields),
          .idle_share = fields.number_or_null("idle_share"),
          .limit = limit_from(fields),
          .kernel = kernel_from(fields),
          .series = series_from(fields),
          .interrupted = fields.flag("interrupted"),
          .failure = fields.text_or_null("failure"),
          .warnings = fields.texts("warnings"),
          .rate = rate_from(fields),
          .http = http_from(fields),
          .tls = tls_from(fields)};
}

}  // namespace suite::results
