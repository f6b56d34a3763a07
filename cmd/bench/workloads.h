// What can be measured: one table, and nothing else knows a workload by its name.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/limits/figures.h"

namespace suite::bench {

/// How often a connection is used, and how many there are at a time.
enum class ConnectionUse {
  kKeptAlive,
  kOnePerRequest,
  kOneAtATime,  // one per request, and only one at any time, for one URL of a list after the other
};

/// Where the table at the log's end shows it.
enum class TableColumn { kNone, kParallel, kSequential };

/// How fast a server is, as far as it must be known to estimate durations.
enum class Pace { kFast, kSlow };

/// How much of all there is a contestant is measured with.
enum class Extent {
  kAll,
  kWellKnown,  // the workloads of the tables that people know
  kFiles,      // these, and the large file
  kTable,      // those of the table at the log's end
};

/// What an HTTP workload asks for.
struct HttpRequests {
  std::string path;
  ConnectionUse connections;
  std::uint64_t count;           // and a time limit: Plan::http_limit; 0: as long as a round of echo
  std::uint64_t usual_rps;       // the order of magnitude on a small machine, to estimate durations with
  std::uint64_t usual_slow_rps;  // ... of a slow server
  std::string ok_statuses;       // that are no error; empty: 1xx to 3xx
  TableColumn column = TableColumn::kNone;
  bool of_list = false;                 // what is asked for is in a list of requests, --targets
  std::vector<std::string> flags = {};  // of `suite load`, beside those that follow from the above
};

enum class ServerKind { kEcho, kHttp };

/// What the clients do, by a name that the command line knows.
struct BenchWorkload {
  std::string name;                  // "echo-d16"
  std::string title;                 // "Echo"
  std::uint64_t depth;               // requests in flight on each connection
  std::optional<HttpRequests> http;  // nothing: echo
  bool well_known = false;           // see Extent::kWellKnown
  std::uint64_t size = 0;  // bytes of a message, or of the page that is asked for; 0: the usual ones
  std::optional<std::uint64_t> conns = {};  // nothing: as many as are asked for
  bool usual = true;                        // measured where none is named
  bool asks_for_page = false;  // of bench, the same one with each request: another size makes sense
  bool swept = false;          // over connections, in the default run
  std::string_view help = {};  // what tells it from others, for --help
  /// What of this machine bounds it, with the same exchange in bare loops; nothing: no figure does that.
  std::optional<limits::Figure> ceiling = {};

  /// A round ends after its requests, and has a report as ab prints it; others end after their time.
  bool counted() const { return http && http->count > 0; }
  ServerKind kind() const { return http ? ServerKind::kHttp : ServerKind::kEcho; }
  TableColumn column() const { return http ? http->column : TableColumn::kNone; }
  bool one_at_a_time() const { return http && http->connections == ConnectionUse::kOneAtATime; }
  bool is_in(Extent extent) const;
  /// The same, where a round ends after its time.
  BenchWorkload timed() const;
};

/// All of them, in the order of the log, for as long as the process lives.
std::span<const BenchWorkload> workloads();

/// The workload called `name`; nullptr: there is none.
const BenchWorkload* find_workload(std::string_view name);

/// The names of those in an extent, "a, b, c".
std::string workload_names(Extent extent);

/// All of them with their `help`, as a sentence each for the usual ones and for those that take part by name
/// only.
std::string workloads_help();

}  // namespace suite::bench
