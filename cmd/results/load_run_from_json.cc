// Reading a run: see load_run_json.h. Members that earlier versions did not write may be missing.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "client/reports/figures.h"
#include "cmd/results/limit_names.h"
#include "cmd/results/load_run_json.h"
#include "cmd/results/packed_histogram.h"
#include "common/base/base64.h"
#include "common/base/date_time.h"

namespace suite::results {
namespace {

using std::chrono::nanoseconds;

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

// To unpack all of thousands would take seconds: that it is base64 is seen here, other damage by whoever
// unpacks it.
Distribution packed_distribution(const Fields& fields, const Fields& histogram) {
  if (!from_base64(histogram.text("packed"))) histogram.complain("packed", "is no histogram");
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
    // Documents of earlier versions have none of these.
    const bool later = kErrorNames[i] == "tls" || kErrorNames[i] == "refused_stream";
    if (!later || errors.has(kErrorNames[i])) counts.errors.by_kind[i] = errors.count(kErrorNames[i]);
  }
  if (const auto tls = fields.object_if_there("tls"))
    counts.errors.failed_handshakes = tls->count("failed_handshakes");
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

std::optional<Http2Counts> http2_from(const Fields& fields) {
  const auto http2 = fields.object_if_there("http2");
  if (!http2) return std::nullopt;
  const auto streams = http2->count_or_null("max_concurrent_streams");
  return Http2Counts{.goaways = http2->count("goaways"),
                     .sent_again = http2->count("sent_again"),
                     .fewest_streams = streams ? static_cast<std::uint32_t>(*streams) : UINT32_MAX};
}

std::optional<HttpRun> http_from(const Fields& fields) {
  const auto statuses = fields.object_or_null("statuses");
  if (!statuses) return std::nullopt;
  return HttpRun{.statuses = statuses_from(*statuses),
                 .non_2xx = fields.count("non_2xx"),
                 .body_bytes = fields.count("body_bytes_received"),
                 .kept_alive = fields.count("kept_alive"),
                 .first_byte = distribution_or_null(fields, "first_byte_ns"),
                 .total = distribution_or_null(fields, "total_ns"),
                 .http2 = http2_from(fields)};
}

std::optional<TlsRun> tls_from(const Fields& fields) {
  const auto tls = fields.object_if_there("tls");
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

// Documents of version 0.1.0 have the warning alone.
Limit limit_from(const Fields& fields) {
  if (fields.has("limit")) return find_limit(fields.text_or_null("limit").value_or(""));
  for (const Limit limit : {Limit::kClient, Limit::kSharedCores}) {
    const std::vector<std::string> warnings = fields.texts("warnings");
    if (std::ranges::any_of(warnings, [&](const auto& text) { return is_warning_of(limit, text); }))
      return limit;
  }
  return Limit::kNotSeen;
}

// Documents of earlier versions have neither these nor the next.
std::optional<ServerMemory> memory_from(const Fields& fields) {
  const auto memory = fields.object_if_there("server_memory");
  if (!memory) return std::nullopt;
  return ServerMemory{.before = memory->count("before_bytes"), .loaded = memory->count("loaded_bytes")};
}

std::optional<std::uint64_t> switches_from(const Fields& fields) {
  return fields.has("server_switches") ? fields.count_or_null("server_switches") : std::nullopt;
}

std::optional<std::chrono::system_clock::time_point> began_from(const Fields& fields) {
  const auto text = fields.has("began") ? fields.text_or_null("began") : std::nullopt;
  if (!text) return std::nullopt;
  const auto began = parse_date_time(*text);
  if (began) return *began;
  fields.complain("began", "is no time");
  return std::nullopt;
}

std::optional<Disturbance> disturbance_of(const Fields& fields) {
  const auto disturbance = fields.object_if_there("disturbance");
  if (!disturbance) return std::nullopt;
  return disturbance_from(*disturbance);
}

std::vector<RankPart> ranks_from(const Fields& fields) {
  std::vector<RankPart> ranks;
  if (!fields.has("ranks")) return ranks;
  for (const Fields& one : fields.objects("ranks")) {
    ranks.push_back({.rank = one.count("rank"),
                     .host = one.text("host"),
                     .connections = one.count("connections"),
                     .completed = one.count("completed"),
                     .errors = one.count("errors"),
                     .measured = one.duration("seconds"),
                     .client_cpu = one.duration("client_cpu_seconds"),
                     .clock_offset = nanoseconds(std::llround(one.number("clock_offset_seconds") * 1e9)),
                     .clock_bound = one.duration("clock_bound_seconds"),
                     .late = one.duration("late_seconds"),
                     .interrupted = one.flag("interrupted"),
                     .warnings = one.texts("warnings")});
  }
  return ranks;
}

}  // namespace

Disturbance disturbance_from(const Fields& fields) {
  return {.stolen = fields.duration("stolen_seconds"),
          .others = fields.duration_or_null("others_cpu_seconds"),
          .significant = fields.flag("significant")};
}

LoadRun run_from(const Fields& fields) {
  const Fields connections = fields.object("connections");
  return {.counts = counts_from(fields),
          .measured = fields.duration("seconds"),
          .began = began_from(fields),
          .latency = distribution_or_null(fields, "latency_ns"),
          .connect = distribution_from(fields.object("connect_ns"), fields),
          .connections_asked = connections.count("asked"),
          .connections_opened = connections.count("opened"),
          .oldest_in_flight = fields.has("oldest_in_flight_seconds")
                                  ? fields.duration("oldest_in_flight_seconds")
                                  : std::chrono::nanoseconds(0),
          .client_cpu = fields.duration("client_cpu_seconds"),
          .server_cpu = fields.duration_or_null("server_cpu_seconds"),
          .server_switches = switches_from(fields),
          .server_memory = memory_from(fields),
          .disturbance = disturbance_of(fields),
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
          .ranks = ranks_from(fields),
          .rate = rate_from(fields),
          .http = http_from(fields),
          .tls = tls_from(fields)};
}

}  // namespace suite::results
