#include <fmt/format.h>

#include <iterator>

#include "client/reports/report.h"
#include "common/base/units.h"

namespace suite {
namespace {

using Text = std::back_insert_iterator<std::string>;

std::string duration_or_dash(const std::optional<std::chrono::nanoseconds>& value) {
  return value ? format_duration(*value) : "-";
}

std::chrono::nanoseconds rounded(double nanoseconds) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(nanoseconds));
}

void add_latency(Text out, const LatencyHistogram& latency) {
  if (latency.count() == 0) return;
  fmt::format_to(out, "  latency       mean {}, stddev {}, min {}, max {}\n",
                 format_duration(rounded(*latency.mean())), format_duration(rounded(*latency.stddev())),
                 format_duration(*latency.min()), format_duration(*latency.max()));
  fmt::format_to(out, "                p50 {}, p75 {}, p90 {}, p95 {}, p99 {}, p99.9 {}\n",
                 duration_or_dash(latency.percentile(0.5)), duration_or_dash(latency.percentile(0.75)),
                 duration_or_dash(latency.percentile(0.9)), duration_or_dash(latency.percentile(0.95)),
                 duration_or_dash(latency.percentile(0.99)), duration_or_dash(latency.percentile(0.999)));
}

void add_errors(Text out, const ErrorCounts& errors) {
  if (errors.total() == 0) return;
  fmt::format_to(out, "  errors        {}:", format_count(errors.total()));
  for (std::size_t i = 0; i < kErrorNames.size(); ++i) {
    if (errors.by_kind[i] != 0) {
      fmt::format_to(out, " {} {}", kErrorNames[i], format_count(errors.by_kind[i]));
    }
  }
  fmt::format_to(out, "\n");
}

std::string cpu_per_request(std::chrono::nanoseconds cpu, std::uint64_t completed) {
  const double each = static_cast<double>(cpu.count()) / static_cast<double>(completed);
  return each < 1000 ? fmt::format("{:.1f}ns", each) : format_duration(rounded(each));
}

void add_http(Text out, const LoadResult& result) {
  const HttpCounts& http = *result.http;
  const auto& first_byte = result.http_times.first_byte;
  if (first_byte.count() > 0) {
    fmt::format_to(out, "  first byte    p50 {}, p99 {}, max {}\n",
                   duration_or_dash(first_byte.percentile(0.5)),
                   duration_or_dash(first_byte.percentile(0.99)), format_duration(*first_byte.max()));
  }
  if (http.responses() == 0) return;
  fmt::format_to(out, "  statuses     ");
  for (std::size_t code = 0; code < http.statuses.size(); ++code) {
    if (http.statuses[code] != 0) fmt::format_to(out, " {}: {}", code, format_count(http.statuses[code]));
  }
  if (http.non_2xx() > 0) fmt::format_to(out, " ({} not 2xx)", format_count(http.non_2xx()));
  fmt::format_to(out, "\n  bodies        {} received\n", format_size(http.body_bytes));
}

void add_cpu(Text out, const LoadResult& result) {
  const std::uint64_t completed = result.counts.completed;
  if (completed == 0) return;
  fmt::format_to(out, "  CPU/request   client {}", cpu_per_request(result.client_cpu, completed));
  if (result.server_cpu) {
    fmt::format_to(out, ", server {}", cpu_per_request(*result.server_cpu, completed));
  }
  fmt::format_to(out, "\n");
}

}  // namespace

std::string summary_report(const LoadResult& result) {
  const LoadCounts& counts = result.counts;
  std::string text;
  const Text out(text);
  fmt::format_to(out, "  requests      {} completed in {}{}; {} in flight at the end\n",
                 format_count(counts.completed), format_duration(result.measured),
                 result.interrupted ? " (interrupted)" : "", format_count(counts.in_flight_at_end));
  add_latency(out, result.latency);
  if (const auto connect = result.connect.percentile(0.5)) {
    fmt::format_to(out, "  connect       p50 {}, max {}\n", format_duration(*connect),
                   format_duration(*result.connect.max()));
  }
  if (result.http) add_http(out, result);
  fmt::format_to(out, "  bytes         {} sent, {} received", format_size(counts.bytes_sent),
                 format_size(counts.bytes_received));
  if (counts.receives > 0) fmt::format_to(out, "; {:.2f} replies per receive", counts.replies_per_receive());
  fmt::format_to(out, "\n");
  fmt::format_to(out, "  connections   {} of {} opened, {} reopened\n",
                 format_count(result.connections_opened), format_count(result.connections_asked),
                 format_count(counts.reopened));
  add_errors(out, counts.errors);
  add_cpu(out, result);
  for (const std::string& warning : result.warnings) fmt::format_to(out, "  warning: {}\n", warning);
  return text;
}

}  // namespace suite
