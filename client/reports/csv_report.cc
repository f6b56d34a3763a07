#include <fmt/format.h>

#include <string>
#include <vector>

#include "client/reports/figures.h"
#include "client/reports/report.h"

namespace suite {
namespace {

/// One line of the file as it grows, and the names of what was put into it: a header that cannot disagree
/// with its columns.
class Record {
 public:
  template <class Value>
  void add(std::string name, const Value& value) {
    names_.push_back(std::move(name));
    values_.push_back(fmt::format("{}", value));
  }
  template <class Value>
  void add(std::string name, const std::optional<Value>& value) {
    names_.push_back(std::move(name));
    values_.push_back(value ? fmt::format("{}", *value) : std::string());
  }
  void add(std::string name, const std::optional<std::chrono::nanoseconds>& value) {
    add(std::move(name), value ? std::optional(value->count()) : std::nullopt);
  }

  // RFC 4180 ends lines so. No value needs quotes: they are numbers and single words.
  std::string header() const { return fmt::format("{}\r\n", fmt::join(names_, ",")); }
  std::string line() const { return fmt::format("{}\r\n", fmt::join(values_, ",")); }

 private:
  std::vector<std::string> names_, values_;
};

void add_distribution(Record& record, const std::string& prefix, const LatencyHistogram& times) {
  record.add(prefix + "min_ns", times.min());
  record.add(prefix + "mean_ns", times.mean());
  record.add(prefix + "stddev_ns", times.stddev());
  for (const Quantile& quantile : kQuantiles) {
    record.add(fmt::format("{}{}_ns", prefix, quantile.key), times.percentile(quantile.share));
  }
  record.add(prefix + "max_ns", times.max());
}

// The same columns in a closed loop, where they are empty: files of both kinds can be put together.
void add_rate(Record& record, const std::optional<RateResult>& rate) {
  const auto of = [&rate](auto RateResult::* member) {
    return rate ? std::optional(*rate.*member) : std::nullopt;
  };
  record.add("rate_asked", of(&RateResult::asked));
  record.add("rate_achieved", of(&RateResult::achieved));
  record.add("due", of(&RateResult::due));
  record.add("missed", of(&RateResult::missed));
  record.add("shed", of(&RateResult::shed));
  record.add("drained", of(&RateResult::drained));
  const LatencyHistogram none;
  add_distribution(record, "lag_", rate ? rate->lag : none);
  add_distribution(record, "service_", rate ? rate->service : none);
}

// Empty in the clear. Handshakes are of the whole run.
void add_tls(Record& record, const std::optional<TlsFindings>& tls) {
  record.add("full_handshakes", tls ? std::optional(tls->full) : std::nullopt);
  record.add("resumed_handshakes", tls ? std::optional(tls->resumed) : std::nullopt);
  const LatencyHistogram none;
  add_distribution(record, "tls_", tls ? tls->handshake : none);
}

Record record_of(const LoadResult& result, std::size_t number) {
  const LoadCounts& counts = result.counts;
  Record record;
  record.add("run", number);
  record.add("loop", result.rate ? "open" : "closed");
  record.add("rps", result.rps());
  record.add("completed", counts.completed);
  record.add("sent", counts.sent);
  record.add("errors", counts.errors.total());
  for (std::size_t i = 0; i < kErrorNames.size(); ++i) {
    record.add(fmt::format("errors_{}", kErrorNames[i]), counts.errors.by_kind[i]);
  }
  record.add("in_flight_at_end", counts.in_flight_at_end);
  record.add("seconds", result.seconds());
  add_distribution(record, "", result.latency);
  record.add("client_cpu_ns_per_request", client_cpu_per_request(result));
  record.add("server_cpu_ns_per_request", server_cpu_per_request(result));
  record.add("bytes_sent", counts.bytes_sent);
  record.add("bytes_received", counts.bytes_received);
  record.add("non_2xx", result.http ? std::optional(result.http->non_2xx()) : std::nullopt);
  record.add("connections_opened", result.connections_opened);
  record.add("connections_reopened", counts.reopened);
  add_rate(record, result.rate);
  add_tls(record, result.tls);
  record.add("interrupted", result.interrupted);
  return record;
}

}  // namespace

std::string csv_report(std::span<const LoadResult> runs) {
  std::string text = record_of(runs.empty() ? LoadResult{} : runs.front(), 1).header();
  for (std::size_t i = 0; i < runs.size(); ++i) text += record_of(runs[i], i + 1).line();
  return text;
}

}  // namespace suite
