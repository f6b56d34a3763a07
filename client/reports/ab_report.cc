#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "client/reports/report.h"
#include "common/net/endpoint.h"

namespace suite {
namespace {

using Text = std::back_insert_iterator<std::string>;

// What ab calls Complete requests: responses of any status, also one that --ok-status calls an error, and one
// whose body differs.
std::uint64_t complete_requests(const LoadCounts& counts) {
  return counts.completed + counts.errors[ErrorKind::kStatus] + counts.errors[ErrorKind::kMismatch];
}

bool has_bodies(const HttpSettings& http) { return http.body || http.body_bytes > 0; }

// The value of which `percent` percent of all are no larger: that of rank ceil(n x percent / 100). In ns.
double order_statistic(const LatencyHistogram& times, std::uint64_t percent) {
  if (times.count() == 0) return 0;
  const std::uint64_t rank = std::max<std::uint64_t>(1, (times.count() * percent + 99) / 100);
  const auto least = static_cast<double>(times.min()->count());
  const auto most = static_cast<double>(times.max()->count());
  if (rank == times.count()) return most;
  std::uint64_t seen = 0;
  for (const auto& bucket : times.buckets()) {
    seen += bucket.count;
    if (seen >= rank) return std::clamp(static_cast<double>(bucket.lowest), least, most);
  }
  return most;
}

// ab rounds to whole milliseconds, halves upwards.
std::int64_t milliseconds(double nanoseconds) {
  return static_cast<std::int64_t>((nanoseconds + 500'000) / 1'000'000);
}

/// A line of "Connection Times", in ms as ab prints them.
struct Row {
  std::int64_t min, mean;
  double deviation;  // of the sample
  std::int64_t median, max;
};

Row row(const LatencyHistogram& times) {
  if (times.count() == 0) return {};
  const auto n = static_cast<double>(times.count());
  const double of_sample = n > 1 ? *times.stddev() * std::sqrt(n / (n - 1)) : 0;
  return {.min = milliseconds(static_cast<double>(times.min()->count())),
          .mean = milliseconds(*times.mean()),
          .deviation = of_sample / 1e6,
          .median = milliseconds(order_statistic(times, 50)),
          .max = milliseconds(static_cast<double>(times.max()->count()))};
}

void add_row(Text out, std::string_view label, const Row& row) {
  fmt::format_to(out, "{:<12}{:5} {:4} {:5.1f} {:6} {:7}\n", label, row.min, row.mean, row.deviation,
                 row.median, row.max);
}

// ab's opinion on a row, in its words.
void add_doubt(Text out, std::string_view what, const Row& row) {
  const auto apart = static_cast<double>(std::abs(row.mean - row.median));
  if (apart > 2 * row.deviation) {
    fmt::format_to(out,
                   "ERROR: The median and mean for {} are more than twice the standard\n"
                   "       deviation apart. These results are NOT reliable.\n",
                   what);
  } else if (apart > row.deviation) {
    fmt::format_to(out,
                   "WARNING: The median and mean for {} are not within a normal deviation\n"
                   "        These results are probably not that reliable.\n",
                   what);
  }
}

// The name is sent unless it is an address (RFC 6066 3).
void add_tls(Text out, const TlsClientOptions& asked, const TlsFindings& found) {
  if (!found.version.empty()) {
    fmt::format_to(out, "SSL/TLS Protocol:       {},{},{},{}\n", found.version, found.cipher,
                   found.certificate_bits, found.cipher_bits);
  }
  if (!found.temporary_key.empty()) fmt::format_to(out, "Server Temp Key:        {}\n", found.temporary_key);
  if (!is_address(asked.name)) fmt::format_to(out, "TLS Server Name:        {}\n", asked.name);
}

void add_server(Text out, const LoadSettings& settings, const HttpCounts& http,
                const std::optional<TlsFindings>& tls) {
  const HttpSettings& asked = *settings.http;
  // The first word, as ab: "Apache/2.4.66 (Debian)" is "Apache/2.4.66".
  fmt::format_to(out, "Server Software:        {}\n", http.server.substr(0, http.server.find(' ')));
  fmt::format_to(out, "Server Hostname:        {}\n", asked.name.host);
  fmt::format_to(out, "Server Port:            {}\n", asked.name.is_unix() ? 0 : asked.name.port);
  if (settings.plan.tls && tls) add_tls(out, *settings.plan.tls, *tls);
  fmt::format_to(out, "\n");
  fmt::format_to(out, "Document Path:          {}\n", asked.name.path);
  if (asked.url_count > 1) {
    fmt::format_to(out, "Document Length:        Variable\n\n");
  } else {
    fmt::format_to(out, "Document Length:        {} bytes\n\n", http.first_length.value_or(0));
  }
}

struct Failed {
  std::uint64_t connect, receive, length, exceptions;
  std::uint64_t total() const { return connect + receive + length + exceptions; }
};

Failed failed_requests(const LoadSettings& settings, const LoadResult& result) {
  const ErrorCounts& errors = result.counts.errors;
  const std::uint64_t other_lengths = settings.http->url_count > 1 ? 0 : result.http->other_lengths;
  return {.connect = errors[ErrorKind::kConnect] + errors.failed_handshakes,
          .receive = errors[ErrorKind::kReset] + errors[ErrorKind::kClosedEarly] +
                     errors[ErrorKind::kTimeout] + errors[ErrorKind::kRefusedStream] +
                     errors[ErrorKind::kTls] - errors.failed_handshakes,
          .length = std::max(other_lengths, errors[ErrorKind::kMismatch]),
          .exceptions = errors[ErrorKind::kMalformed]};
}

void add_counts(Text out, const LoadSettings& settings, const LoadResult& result) {
  const LoadPlan& plan = settings.plan;
  const HttpCounts& http = *result.http;
  fmt::format_to(out, "Concurrency Level:      {}\n", plan.own_connections() * plan.depth);
  fmt::format_to(out, "Time taken for tests:   {:.3f} seconds\n", result.seconds());
  fmt::format_to(out, "Complete requests:      {}\n", complete_requests(result.counts));
  const Failed failed = failed_requests(settings, result);
  fmt::format_to(out, "Failed requests:        {}\n", failed.total());
  if (failed.total() > 0) {
    fmt::format_to(out, "   (Connect: {}, Receive: {}, Length: {}, Exceptions: {})\n", failed.connect,
                   failed.receive, failed.length, failed.exceptions);
  }
  if (http.non_2xx() > 0) fmt::format_to(out, "Non-2xx responses:      {}\n", http.non_2xx());
  if (plan.keep_alive) fmt::format_to(out, "Keep-Alive requests:    {}\n", http.kept_alive);
  fmt::format_to(out, "Total transferred:      {} bytes\n", result.counts.bytes_received);
  if (has_bodies(*settings.http))
    fmt::format_to(out, "Total body sent:        {}\n", result.counts.bytes_sent);
  fmt::format_to(out, "HTML transferred:       {} bytes\n", http.body_bytes);
}

void add_rates(Text out, const LoadSettings& settings, const LoadResult& result) {
  const double seconds = result.seconds();
  const auto done = static_cast<double>(complete_requests(result.counts));
  if (seconds <= 0 || done == 0) return;
  const auto at_once = static_cast<double>(settings.plan.own_connections() * settings.plan.depth);
  const double received = static_cast<double>(result.counts.bytes_received) / 1024 / seconds;
  const double sent = static_cast<double>(result.counts.bytes_sent) / 1024 / seconds;
  fmt::format_to(out, "Requests per second:    {:.2f} [#/sec] (mean)\n", done / seconds);
  fmt::format_to(out, "Time per request:       {:.3f} [ms] (mean)\n", at_once * seconds * 1000 / done);
  fmt::format_to(out, "Time per request:       {:.3f} [ms] (mean, across all concurrent requests)\n",
                 seconds * 1000 / done);
  fmt::format_to(out, "Transfer rate:          {:.2f} [Kbytes/sec] received\n", received);
  if (has_bodies(*settings.http)) {
    fmt::format_to(out, "                        {:.2f} kb/s sent\n", sent);
    fmt::format_to(out, "                        {:.2f} kb/s total\n", received + sent);
  }
}

void add_times(Text out, const LoadResult& result) {
  // All but the first request of a connection waited for no opening.
  LatencyHistogram connecting = result.http_times.connect;
  const std::uint64_t requests = result.http_times.total.count();
  connecting.record(std::chrono::nanoseconds(0), requests - connecting.count());
  const Row connect = row(connecting);
  const Row processing = row(result.latency);
  const Row waiting = row(result.http_times.first_byte);
  const Row total = row(result.http_times.total);
  fmt::format_to(out, "\nConnection Times (ms)\n              min  mean[+/-sd] median   max\n");
  add_row(out, "Connect:", connect);
  add_row(out, "Processing:", processing);
  add_row(out, "Waiting:", waiting);
  add_row(out, "Total:", total);
  add_doubt(out, "the initial connection time", connect);
  add_doubt(out, "the processing time", processing);
  add_doubt(out, "the waiting time", waiting);
  add_doubt(out, "the total time", total);
}

void add_percentages(Text out, const LatencyHistogram& total) {
  if (total.count() < 2) return;
  fmt::format_to(out, "\nPercentage of the requests served within a certain time (ms)\n");
  for (const std::uint64_t percent : std::array<std::uint64_t, 8>{50, 66, 75, 80, 90, 95, 98, 99}) {
    fmt::format_to(out, "  {}%  {:5}\n", percent, milliseconds(order_statistic(total, percent)));
  }
  fmt::format_to(out, " 100%  {:5} (longest request)\n", milliseconds(order_statistic(total, 100)));
}

}  // namespace

std::string ab_report(const LoadSettings& settings, const LoadResult& result) {
  std::string text = fmt::format("This is suite, reporting as ApacheBench does: {}\n\n", settings.command);
  const Text out(text);
  add_server(out, settings, *result.http, result.tls);
  add_counts(out, settings, result);
  add_rates(out, settings, result);
  if (result.http_times.total.count() > 0) {
    add_times(out, result);
    add_percentages(out, result.http_times.total);
  }
  return text;
}

}  // namespace suite
