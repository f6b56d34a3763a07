// What one run of the load generator found: values only, complete when the run is over.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/http/http_counts.h"
#include "client/judgement/disturbance.h"
#include "common/base/error.h"
#include "common/net/kernel_counters.h"
#include "common/process/cpu_usage.h"
#include "common/stats/latency_histogram.h"

namespace suite {

/// Why a request has no good reply. kConnect is no request that was sent: it is a connection that could not
/// be opened while measuring. The same holds for those of kTls that are handshakes.
enum class ErrorKind : std::uint8_t {
  kConnect,
  kReset,        // the server broke the connection, or reset the request's stream
  kClosedEarly,  // the server closed it, or another request's failure closed it
  kTimeout,
  kMismatch,       // wrong bytes, or bytes that nobody asked for
  kMalformed,      // no HTTP response, or bytes that nobody asked for
  kStatus,         // a status that is an error; the connection goes on
  kTls,            // a handshake failed, before anything was sent; or a record did
  kRefusedStream,  // of HTTP/2: the server refused the stream unprocessed; the connection goes on
};
inline constexpr std::array<std::string_view, 9> kErrorNames{"connect", "reset",    "closed_early",
                                                             "timeout", "mismatch", "malformed",
                                                             "status",  "tls",      "refused_stream"};

struct ErrorCounts {
  std::array<std::uint64_t, kErrorNames.size()> by_kind{};
  std::uint64_t failed_handshakes = 0;  // those of kTls that are no request that was sent

  std::uint64_t& operator[](ErrorKind kind) { return by_kind[static_cast<std::size_t>(kind)]; }
  std::uint64_t operator[](ErrorKind kind) const { return by_kind[static_cast<std::size_t>(kind)]; }
  std::uint64_t total() const { return std::accumulate(by_kind.begin(), by_kind.end(), std::uint64_t{0}); }
  /// Those of requests that were sent.
  std::uint64_t of_sent() const { return total() - (*this)[ErrorKind::kConnect] - failed_handshakes; }
};

/// What is counted while measuring. `sent == completed + errors.of_sent() + in_flight_at_end`, always.
struct LoadCounts {
  std::uint64_t completed = 0;  // correct replies
  std::uint64_t sent = 0;       // requests given to a connection, and those in flight when measuring began
  ErrorCounts errors;
  std::uint64_t in_flight_at_end = 0;  // neither success nor error
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t receives = 0;  // system calls that brought bytes
  std::uint64_t reopened = 0;  // connections opened again: after a failure, or because one side closed

  /// Of the replies that were complete, wrong ones among them; 0 where nothing was received.
  double replies_per_receive() const {
    const std::uint64_t wrong = errors[ErrorKind::kStatus];
    return receives == 0 ? 0 : static_cast<double>(completed + wrong) / static_cast<double>(receives);
  }

  LoadCounts& operator+=(const LoadCounts& other) {
    completed += other.completed;
    sent += other.sent;
    for (std::size_t i = 0; i < errors.by_kind.size(); ++i) errors.by_kind[i] += other.errors.by_kind[i];
    errors.failed_handshakes += other.errors.failed_handshakes;
    in_flight_at_end += other.in_flight_at_end;
    bytes_sent += other.bytes_sent;
    bytes_received += other.bytes_received;
    receives += other.receives;
    reopened += other.reopened;
    return *this;
  }
};

/// Where the time of completed HTTP requests went.
struct HttpTimes {
  LatencyHistogram first_byte;  // from the request's start to the first byte of its response
  LatencyHistogram connect;     // of the connections that were opened for a request, so of one per connection
  LatencyHistogram total;  // of each: its latency and, where it was the first one, its connection's opening

  void merge(const HttpTimes& other) {
    first_byte.merge(other.first_byte);
    connect.merge(other.connect);
    total.merge(other.total);
  }
  void clear() {
    first_byte.clear();
    connect.clear();
    total.clear();
  }
};

/// What the connections of a run over TLS agreed on with the server. Of the whole run, as
/// LoadResult::connect.
struct TlsFindings {
  std::uint64_t full = 0, resumed = 0;  // handshakes
  LatencyHistogram handshake;           // from an open connection to the end of its handshake
  std::string version, cipher, group;   // of the latest full handshake: "TLSv1.3", ...; empty: none
  std::string temporary_key;            // the server's in that handshake, as ab has it: "X25519 253 bits"
  int cipher_bits = 0, certificate_bits = 0;  // secret bits of the cipher; of the certificate's public key
  std::string last_failure;                   // why a handshake or a record failed, in words; empty: none did

  void merge(const TlsFindings& other) {
    full += other.full;
    resumed += other.resumed;
    handshake.merge(other.handshake);
    if (!other.version.empty()) {
      version = other.version;
      cipher = other.cipher;
      group = other.group;
      temporary_key = other.temporary_key;
      cipher_bits = other.cipher_bits;
      certificate_bits = other.certificate_bits;
    }
    if (!other.last_failure.empty()) last_failure = other.last_failure;
  }
};

/// What an open loop found out about its own pace. Only requests that were due in the window count.
struct RateResult {
  double asked = 0;           // per second
  double achieved = 0;        // sent in the window, per second of the time in which that was due
  std::uint64_t sent = 0;     // in the window
  std::uint64_t due = 0;      // requests, whether they were sent or not
  std::uint64_t missed = 0;   // sent more than 1 ms late
  std::uint64_t shed = 0;     // not sent within the timeout: counted as timeouts, and never sent
  std::uint64_t drained = 0;  // of those in flight at the end: answered after the window
  std::uint64_t cut = 0;      // of the timeouts: sent in the drain, which ended less than a timeout later
  /// Where a number of requests ended the window: how far behind its time the last one was sent.
  std::chrono::nanoseconds behind{};
  LatencyHistogram lag;      // from the instant a request was due to the one it was sent
  LatencyHistogram service;  // from sent to answered; the latency runs from due to answered

  /// All but what was asked.
  void clear() {
    achieved = 0;
    sent = due = missed = shed = drained = cut = 0;
    behind = {};
    lag.clear();
    service.clear();
  }
  void merge(const RateResult& other) {
    asked += other.asked;
    achieved += other.achieved;
    sent += other.sent;
    behind = std::max(behind, other.behind);
    due += other.due;
    missed += other.missed;
    shed += other.shed;
    drained += other.drained;
    cut += other.cut;
    lag.merge(other.lag);
    service.merge(other.service);
  }
};

/// A second of the window; the last one may be shorter.
struct SeriesPoint {
  std::chrono::nanoseconds length{};
  std::uint64_t completed = 0;
  std::uint64_t errors = 0;
  std::optional<std::chrono::nanoseconds> p50, p99;  // unset where there were too few samples

  double rate() const {
    const double seconds = std::chrono::duration<double>(length).count();
    return seconds > 0 ? static_cast<double>(completed) / seconds : 0;
  }
};

/// What one rank contributed to a result of several.
struct RankPart {
  std::size_t rank = 0;
  std::string host;
  std::size_t connections = 0;  // that stood when the load began
  std::uint64_t completed = 0, errors = 0;
  std::chrono::nanoseconds measured{}, client_cpu{};
  std::chrono::nanoseconds clock_offset{};  // of its clock from that of rank 0
  std::chrono::nanoseconds clock_bound{};   // the true one is at most so far away from that
  std::chrono::nanoseconds late{};          // it began so long after the instant that was agreed on
  bool interrupted = false;
  std::vector<std::string> warnings;

  bool operator==(const RankPart&) const = default;
};

struct LoadResult {
  LoadCounts counts;
  LatencyHistogram latency;        // of completed requests, and of those that timed out at their age
  LatencyHistogram connect;        // from connect(2) to an open connection, of all that were opened
  std::optional<HttpCounts> http;  // where the load is HTTP
  HttpTimes http_times;
  std::optional<TlsFindings> tls;     // where the load is over TLS
  std::optional<RateResult> rate;     // of an open loop
  std::vector<SeriesPoint> series;    // of the window, second by second
  std::vector<ThreadUse> thread_use;  // of each load thread, in the window

  /// Length of the measured window. Of an open loop with a number of requests it is the time in which they
  /// were due, or until the last one was answered, if that was later.
  std::chrono::nanoseconds measured{};
  /// When the load began on the last of the threads, with its warm-up, by the machine's clock; nothing: it
  /// did not.
  std::optional<std::chrono::system_clock::time_point> began;
  std::size_t connections_asked = 0;
  std::size_t connections_opened = 0;  // that stood when the load began
  std::string last_connect_error;      // why one did not; empty where all stood
  int last_connect_errno = 0;          // the same as a value of errno
  std::size_t threads = 0;
  std::string driver;
  std::chrono::nanoseconds client_cpu{};               // of the worker threads, in the window
  std::optional<std::chrono::nanoseconds> server_cpu;  // of the process tree asked for, in the window
  /// How often its threads gave up a processor or lost it, in the window; nothing as process_tree_switches().
  std::optional<std::uint64_t> server_switches;
  /// Of the process tree asked for: before the first connect, and at the window's end, all connections open.
  std::optional<std::uint64_t> server_memory_before, server_memory_loaded;  // bytes
  std::optional<Disturbance> disturbance;  // of the window, on the processors that both sides may use
  bool too_short_for_server_cpu = false;   // which was asked for: not known, for that reason
  /// What the kernel counted from the first connect to the end of all, on others' sockets too.
  std::optional<KernelCounters> kernel;
  std::vector<int> client_cpus;      // processors that the load threads may use
  std::vector<int> server_cpus;      // and those of the process tree asked for; empty where none was
  std::optional<double> idle_share;  // of the time of all these, from the first connect to the end: 0 to 1
  std::chrono::nanoseconds oldest_in_flight{};  // at the end of the window: how long ago it was sent
  bool interrupted = false;                     // ended before its time: by the interrupt, or by a failure
  std::optional<Error> failure;       // what ended the run early; what was measured until then is here
  bool reply_is_http = false;         // to an echo: a mismatch, since the server speaks another protocol
  std::string remark;                 // on the first wrong reply, or one that was cut short: see Workload
  bool gave_up = false;               // no connection could be held open, and no time limit was given
  std::vector<std::string> warnings;  // whole sentences of advice
  std::vector<RankPart> ranks;        // that made it together; empty: this process alone did

  double seconds() const { return std::chrono::duration<double>(measured).count(); }
  /// Completed requests per second of the window; 0 where there was none.
  double rps() const { return measured.count() > 0 ? static_cast<double>(counts.completed) / seconds() : 0; }
};

}  // namespace suite
