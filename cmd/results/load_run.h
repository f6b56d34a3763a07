// One run of `suite load` as its document has it: what `runs` of docs/load.schema.json says, as values.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/judgement/busyness.h"
#include "client/judgement/disturbance.h"
#include "client/load_plan.h"
#include "client/load_result.h"
#include "cmd/results/distribution.h"
#include "common/net/kernel_counters.h"
#include "common/process/cpu_usage.h"

namespace suite::results {

/// How an open loop kept its pace.
struct RateRun {
  double asked = 0, achieved = 0;  // per second
  RatePlan::Arrivals arrivals = RatePlan::Arrivals::kConstant;
  std::uint64_t due = 0, missed = 0, shed = 0, drained = 0;
  Distribution lag;
  std::optional<Distribution> service;  // nothing with --latency off, as the times below
};

/// What is known of a server of HTTP beyond that.
struct HttpRun {
  std::map<int, std::uint64_t> statuses;  // responses by status code; those that came
  std::uint64_t non_2xx = 0;
  std::uint64_t body_bytes = 0;
  std::uint64_t kept_alive = 0;
  std::optional<Distribution> first_byte, total;
  std::optional<Http2Counts> http2;  // where that was spoken
};

/// What connections over TLS agreed on, and how they came about.
struct TlsRun {
  std::string version, cipher, group;   // empty: no handshake was done
  std::uint64_t full = 0, resumed = 0;  // handshakes of the whole run
  Distribution handshake;
  std::string last_failure;  // empty: none failed
};

/// Bytes that the server's processes hold themselves, without the kernel's buffers.
struct ServerMemory {
  std::uint64_t before = 0;  // the first connect
  std::uint64_t loaded = 0;  // at the window's end, with all connections open

  bool operator==(const ServerMemory&) const = default;
};

struct LoadRun {
  LoadCounts counts;
  std::chrono::nanoseconds measured{};                         // length of the window
  std::optional<std::chrono::system_clock::time_point> began;  // the load, by its machine's clock
  std::optional<Distribution> latency;
  Distribution connect;
  std::size_t connections_asked = 0, connections_opened = 0;
  std::chrono::nanoseconds oldest_in_flight{};  // at the end: how long ago it was sent
  std::chrono::nanoseconds client_cpu{};
  std::optional<std::chrono::nanoseconds> server_cpu;  // nothing where it could not be read
  std::optional<std::uint64_t> server_switches;        // likewise: the scheduler's, of all its threads
  std::optional<ServerMemory> server_memory;           // likewise
  std::optional<Disturbance> disturbance;              // nothing where /proc/stat could not be read
  std::string driver;
  std::size_t threads = 0;
  std::vector<ThreadUse> thread_use;
  std::optional<double> idle_share;
  Limit limit = Limit::kNotSeen;
  std::optional<KernelCounters> kernel;
  std::vector<SeriesPoint> series;
  bool interrupted = false;
  std::optional<std::string> failure;  // that ended it: then it is incomplete
  std::vector<std::string> warnings;
  std::vector<RankPart> ranks;  // empty: one process made it
  std::optional<RateRun> rate;  // of an open loop
  std::optional<HttpRun> http;
  std::optional<TlsRun> tls;

  double seconds() const { return std::chrono::duration<double>(measured).count(); }
  /// Others than load and server used so much of their processors that the figures are likely to show it.
  bool is_disturbed() const { return disturbance && disturbance->significant; }
  /// Completed requests per second; 0 where there was no window.
  double rps() const { return measured.count() > 0 ? static_cast<double>(counts.completed) / seconds() : 0; }
};

}  // namespace suite::results
