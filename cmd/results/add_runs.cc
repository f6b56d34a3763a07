#include "cmd/results/add_runs.h"

#include <algorithm>

namespace suite::results {
namespace {

void add(Distribution& sum, const Distribution& other) {
  LatencyHistogram histogram = histogram_of(sum);
  histogram.merge(histogram_of(other));
  sum = histogram;
}

// Half of a distribution would be taken for all of it.
void add(std::optional<Distribution>& sum, const std::optional<Distribution>& other) {
  if (sum && other) {
    add(*sum, *other);
  } else {
    sum.reset();
  }
}

void add(RateRun& sum, const RateRun& other) {
  sum.asked += other.asked;
  sum.achieved += other.achieved;
  sum.due += other.due;
  sum.missed += other.missed;
  sum.shed += other.shed;
  sum.drained += other.drained;
  add(sum.lag, other.lag);
  add(sum.service, other.service);
}

void add(HttpRun& sum, const HttpRun& other) {
  for (const auto& [status, count] : other.statuses) sum.statuses[status] += count;
  sum.non_2xx += other.non_2xx;
  sum.body_bytes += other.body_bytes;
  sum.kept_alive += other.kept_alive;
  if (other.http2 && !sum.http2) sum.http2.emplace();
  if (other.http2) *sum.http2 += *other.http2;
  add(sum.first_byte, other.first_byte);
  add(sum.total, other.total);
}

void add(TlsRun& sum, const TlsRun& other) {
  if (!other.version.empty()) {
    sum.version = other.version;
    sum.cipher = other.cipher;
    sum.group = other.group;
  }
  sum.full += other.full;
  sum.resumed += other.resumed;
  add(sum.handshake, other.handshake);
  if (!other.last_failure.empty()) sum.last_failure = other.last_failure;
}

void add(KernelCounters& sum, const KernelCounters& other) {
  sum.listen_overflows += other.listen_overflows;
  sum.listen_drops += other.listen_drops;
  sum.syn_queue_full_drops += other.syn_queue_full_drops;
  sum.syn_cookies += other.syn_cookies;
  sum.syn_retransmissions += other.syn_retransmissions;
  sum.delayed_acks += other.delayed_acks;
}

template <class Part>
void add_if_both(std::optional<Part>& sum, const std::optional<Part>& other) {
  if (sum && other) add(*sum, *other);
}

// Second by second. What a percentile of all would be does not follow from theirs.
void add(std::vector<SeriesPoint>& sum, const std::vector<SeriesPoint>& other) {
  if (sum.size() < other.size()) sum.resize(other.size());
  for (std::size_t i = 0; i < other.size(); ++i) {
    sum[i].length = std::max(sum[i].length, other[i].length);
    sum[i].completed += other[i].completed;
    sum[i].errors += other[i].errors;
  }
  for (SeriesPoint& second : sum) second.p50 = second.p99 = std::nullopt;
}

// Whoever measured a server measured all of that server; where several did, each had one of its own.
void add_server(LoadRun& sum, const LoadRun& other) {
  if (other.server_cpu)
    sum.server_cpu = sum.server_cpu.value_or(std::chrono::nanoseconds{}) + *other.server_cpu;
  if (other.server_switches) sum.server_switches = sum.server_switches.value_or(0) + *other.server_switches;
  if (other.server_memory) {
    ServerMemory memory = sum.server_memory.value_or(ServerMemory{});
    memory.before += other.server_memory->before;
    memory.loaded += other.server_memory->loaded;
    sum.server_memory = memory;
  }
}

// That of a disturbed machine, if one was: what others took cannot be told of processors on several machines.
void keep_worst(std::optional<Disturbance>& sum, const std::optional<Disturbance>& other) {
  if (other && (!sum || (other->significant && !sum->significant))) sum = other;
}

void add(LoadRun& sum, const LoadRun& other) {
  sum.counts += other.counts;
  sum.measured = std::max(sum.measured, other.measured);
  if (other.began) sum.began = std::min(sum.began.value_or(*other.began), *other.began);
  add(sum.latency, other.latency);
  add(sum.connect, other.connect);
  sum.connections_asked += other.connections_asked;
  sum.connections_opened += other.connections_opened;
  sum.oldest_in_flight = std::max(sum.oldest_in_flight, other.oldest_in_flight);
  sum.client_cpu += other.client_cpu;
  add_server(sum, other);
  if (!(" " + sum.driver + ",").contains(" " + other.driver + ",")) sum.driver += ", " + other.driver;
  sum.threads += other.threads;
  sum.thread_use.insert(sum.thread_use.end(), other.thread_use.begin(), other.thread_use.end());
  sum.idle_share.reset();
  if (other.limit == Limit::kClient) sum.limit = Limit::kClient;  // the generator was short of time somewhere
  add_if_both(sum.kernel, other.kernel);
  keep_worst(sum.disturbance, other.disturbance);
  add(sum.series, other.series);
  sum.interrupted |= other.interrupted;
  if (!sum.failure) sum.failure = other.failure;
  add_if_both(sum.rate, other.rate);
  add_if_both(sum.http, other.http);
  add_if_both(sum.tls, other.tls);
  sum.ranks.insert(sum.ranks.end(), other.ranks.begin(), other.ranks.end());
}

}  // namespace

LoadRun add_runs(std::span<const LoadRun> runs) {
  LoadRun sum = runs.front();
  for (const LoadRun& other : runs.subspan(1)) add(sum, other);
  sum.warnings.clear();
  return sum;
}

}  // namespace suite::results
