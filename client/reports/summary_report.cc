#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <span>
#include <string_view>

#include "client/judgement/overload.h"
#include "client/reports/figures.h"
#include "client/reports/report.h"
#include "common/base/units.h"

namespace suite {
namespace {

using Text = std::back_insert_iterator<std::string>;

std::chrono::nanoseconds rounded(double nanoseconds) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(nanoseconds));
}

void add_latency(Text out, const LatencyHistogram& latency) {
  if (latency.count() == 0) return;
  fmt::format_to(out, "  latency       mean {}, stddev {}, min {}, max {}\n",
                 format_duration(rounded(*latency.mean())), format_duration(rounded(*latency.stddev())),
                 format_duration(*latency.min()), format_duration(*latency.max()));
  fmt::format_to(out, "                {}\n", percentiles_text(latency, kQuantiles));
}

constexpr std::array<Quantile, 1> kMedian{kQuantiles[0]};
constexpr std::array<Quantile, 2> kMedianAndP99{kQuantiles[0], kQuantiles[4]};

// A distribution in one line: some percentiles and the greatest.
void add_spread(Text out, std::string_view label, const LatencyHistogram& times,
                std::span<const Quantile> quantiles, std::string_view meaning = {}) {
  if (times.count() == 0) return;
  const std::string greatest = "max " + format_duration(*times.max());
  fmt::format_to(out, "  {:<13} {}{}\n", label, percentiles_text(times, quantiles, greatest), meaning);
}

// Which of the two loops it was, and how well an open one kept its pace.
void add_loop(Text out, const LoadResult& result) {
  if (!result.rate) {
    fmt::format_to(out, "  loop          closed: each reply makes room for the next request\n");
    return;
  }
  const RateResult& rate = *result.rate;
  fmt::format_to(
      out, "  loop          open: {}/s asked, {}/s achieved; {} due, {} missed (over 1 ms late), {} shed\n",
      format_rate(rate.asked), format_rate(rate.achieved), format_count(rate.due), format_count(rate.missed),
      format_count(rate.shed));
  add_spread(out, "lag", rate.lag, kMedianAndP99, " (from due to sent)");
}

void add_errors(Text out, const LoadResult& result) {
  const ErrorCounts& errors = result.counts.errors;
  if (errors.total() == 0) return;
  fmt::format_to(out, "  errors        {}: {}\n", format_count(errors.total()), kinds_text(errors));
  if (errors[ErrorKind::kTls] > 0 && result.tls)
    fmt::format_to(out, "                the latest of TLS: {}\n", result.tls->last_failure);
}

void add_tls(Text out, const TlsFindings& tls) {
  add_spread(out, "TLS handshake", tls.handshake, kMedian);
  if (tls.version.empty()) return;
  fmt::format_to(out, "  TLS           {}, {}{}{}; {}, {} resumed\n", tls.version, tls.cipher,
                 tls.group.empty() ? "" : ", ", tls.group, format_items(tls.full, "full handshake"),
                 format_count(tls.resumed));
}

void add_http2(Text out, const Http2Counts& http2) {
  fmt::format_to(out, "  HTTP/2        {}; {}, {} sent again\n",
                 http2.fewest_streams == UINT32_MAX
                     ? "no limit of streams per connection"
                     : fmt::format("at most {} per connection", format_items(http2.fewest_streams, "stream")),
                 format_items(http2.goaways, "GOAWAY"), format_items(http2.sent_again, "request"));
}

void add_http(Text out, const LoadResult& result) {
  const HttpCounts& http = *result.http;
  if (http.http2) add_http2(out, *http.http2);
  add_spread(out, "first byte", result.http_times.first_byte, kMedianAndP99);
  if (http.responses() == 0) return;
  fmt::format_to(out, "  statuses      {}", statuses_text(http, " "));
  if (http.non_2xx() > 0) fmt::format_to(out, " ({} not 2xx)", format_count(http.non_2xx()));
  fmt::format_to(out, "\n  bodies        {} received\n", format_size(http.body_bytes));
}

void add_cpu(Text out, const LoadResult& result) {
  const auto client = client_cpu_per_request(result), server = server_cpu_per_request(result);
  if (!client) return;
  fmt::format_to(out, "  CPU/request   client {}{}\n", cpu_text(*client),
                 server ? ", server " + cpu_text(*server) : "");
}

// How busy the generator itself was: a thread near 100 % may be what limits the figure.
void add_threads(Text out, const LoadResult& result) {
  if (result.thread_use.empty()) return;
  std::uint64_t slept = 0, preempted = 0;
  double least = 1, most = 0;
  for (const ThreadUse& use : result.thread_use) {
    least = std::min(least, share_of_core(use));
    most = std::max(most, share_of_core(use));
    slept += use.voluntary_switches;
    preempted += use.involuntary_switches;
  }
  if (result.thread_use.size() == 1) {
    fmt::format_to(out, "  load thread   {:.0f} % of a core", 100 * most);
  } else {
    fmt::format_to(out, "  load threads  {:.0f} to {:.0f} % of a core each", 100 * least, 100 * most);
  }
  fmt::format_to(out, "; slept {}, preempted {}\n", format_items(slept, "time"),
                 format_items(preempted, "time"));
}

// Before all else: of such a run the latencies tell little.
void add_overload(Text out, const LoadResult& result) {
  if (!overloaded(result)) return;
  fmt::format_to(
      out, "  OVERLOADED: {:.0f} % of the rate was reached; latencies grow with the length of the run\n",
      100 * *share_of_rate_reached(result));
}

void add_requests(Text out, const LoadResult& result) {
  const LoadCounts& counts = result.counts;
  // In an open loop these include what was due but had to wait for a free slot.
  fmt::format_to(out, "  requests      {} completed in {}{}; {} {} at the end",
                 format_count(counts.completed), format_duration(result.measured),
                 result.interrupted ? " (interrupted)" : "", format_count(counts.in_flight_at_end),
                 result.rate ? "in flight or due but not sent" : "in flight");
  if (result.rate && counts.in_flight_at_end > 0) {
    fmt::format_to(out, ", {} of them answered later", format_count(result.rate->drained));
  }
  fmt::format_to(out, "\n");
}

// Where they are, and how well their windows cover each other.
void add_ranks(Text out, std::span<const RankPart> ranks) {
  if (ranks.empty()) return;
  std::set<std::string_view> hosts;
  std::chrono::nanoseconds apart{};
  for (const RankPart& part : ranks) {
    hosts.insert(part.host);
    apart = std::max(apart, part.clock_bound + part.late);
  }
  fmt::format_to(out, "  ranks         {} on {}, begun within {} of rank 0\n", ranks.size(),
                 format_items(hosts.size(), "host"), format_duration(apart));
}

}  // namespace

std::string summary_report(const LoadResult& result) {
  const LoadCounts& counts = result.counts;
  std::string text;
  const Text out(text);
  add_overload(out, result);
  add_requests(out, result);
  add_loop(out, result);
  add_latency(out, result.latency);
  if (result.rate) {
    add_spread(out, "service", result.rate->service, kMedianAndP99,
               " (from sent to answered; latency: from due)");
  }
  add_spread(out, "connect", result.connect, kMedian);
  if (result.tls) add_tls(out, *result.tls);
  if (result.http) add_http(out, result);
  fmt::format_to(out, "  bytes         {} sent, {} received", format_size(counts.bytes_sent),
                 format_size(counts.bytes_received));
  if (counts.receives > 0) fmt::format_to(out, "; {:.2f} replies per receive", counts.replies_per_receive());
  fmt::format_to(out, "\n");
  fmt::format_to(out, "  connections   {} of {} opened, {} reopened\n",
                 format_count(result.connections_opened), format_count(result.connections_asked),
                 format_count(counts.reopened));
  add_errors(out, result);
  add_cpu(out, result);
  add_threads(out, result);
  add_ranks(out, result.ranks);
  return text;
}

std::string warnings_report(const LoadResult& result) {
  std::string text;
  for (const std::string& warning : result.warnings) text += fmt::format("  warning: {}\n", warning);
  return text;
}

}  // namespace suite
