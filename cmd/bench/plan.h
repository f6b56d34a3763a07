// What `suite bench` is going to measure, as values: nothing here starts anything.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace suite {

/// How often a keep-alive connection is used, and which pages are asked for over it.
enum class Connections {
  kKeptAlive,
  kOnePerRequest,
  kOneAtATime,  // one per request, and only one at any time, for one URL of a list after the other
};

/// What an HTTP workload asks for.
struct HttpRequests {
  std::string_view path;
  Connections connections;
  std::uint64_t count;           // and a time limit: Plan::http_limit
  std::uint64_t usual_rps;       // the order of magnitude on a small machine, to estimate durations with
  std::uint64_t usual_peer_rps;  // ... of a peer
  std::string_view ok_statuses;  // that are no error; empty: 1xx to 3xx
};

/// What the clients do, by a name that the command line knows.
struct BenchWorkload {
  std::string_view name;             // "echo-d16"
  std::string_view title;            // "Echo"
  std::uint64_t depth;               // requests in flight on each connection
  std::optional<HttpRequests> http;  // nothing: echo

  bool one_at_a_time() const { return http && http->connections == Connections::kOneAtATime; }
};

/// All of them, in the order of the log, for as long as the process lives.
std::span<const BenchWorkload> workloads();

/// The most that a peer is asked in a round of HTTP. They are a tenth as fast as the backends, and would take
/// all the time there is.
inline constexpr std::uint64_t kPeerRequests = 10'000;

enum class ServerKind { kEcho, kHttp };

/// A server that takes part.
struct Contestant {
  std::string name;                // "epoll-w2"
  std::string program = {};        // of a peer; empty: ours
  std::vector<std::string> serve;  // arguments of the program, all but the port and the document root
  int first_port = 0;              // where it listens, or the next free one
  ServerKind kind = ServerKind::kEcho;
  std::size_t workers = 1;
  std::vector<std::string_view> workloads = {};  // that it takes part in; empty: all of its kind
  bool coroutine_per_connection = false;

  bool is_peer() const { return !program.empty(); }
  bool takes_part_in(const BenchWorkload& workload) const;
};

/// What is measured in one go, all contestants of its kind round by round.
struct Section {
  BenchWorkload workload;
  std::uint64_t conns;

  ServerKind kind() const { return workload.http ? ServerKind::kHttp : ServerKind::kEcho; }
  /// "Echo, 100 connections, 1 request in flight on each".
  std::string title() const;
};

struct Plan {
  std::string program = "/proc/self/exe";  // that serves and loads
  std::string folder;                      // holds what the HTTP workloads need, see pages.h
  std::vector<Section> sections;
  std::vector<Contestant> contestants;
  std::uint64_t rounds = 5;
  std::chrono::nanoseconds secs = std::chrono::seconds(2);         // measured in each round of echo
  std::chrono::nanoseconds http_limit = std::chrono::seconds(10);  // the longest round of HTTP
  std::chrono::nanoseconds warmup = std::chrono::milliseconds(200);
  std::chrono::nanoseconds ready_time = std::chrono::seconds(10);  // that a server has to its ready line
  std::uint64_t seed = 1;        // of the order within the rounds, and of the intervals
  std::vector<int> server_cpus;  // a server runs on as many of them as it has workers; empty: anywhere
  std::vector<int> load_cpus;

  bool has_http() const;
  /// The contestants that take part in it, by their places.
  std::vector<std::size_t> contestants_of(const Section& section) const;
  std::uint64_t rounds_in_all() const;
};

/// How long the plan takes in all, with what starting and stopping costs: as far as can be told, and with
/// every round as long as it may get.
std::chrono::nanoseconds estimated_duration(const Plan& plan);
std::chrono::nanoseconds longest_duration(const Plan& plan);

/// The program's arguments for a server, and for the load on it; as the log shows them.
std::vector<std::string> serve_arguments(const Plan& plan, const Contestant& contestant, int port);
std::vector<std::string> load_arguments(const Plan& plan, const Section& section,
                                        const Contestant& contestant, int port);

/// Both with their program, to be pasted into a shell: "suite serve-echo --backend epoll --port 3100".
std::string serve_command(const Plan& plan, const Contestant& contestant, int port);
std::string load_command(const Plan& plan, const Section& section, const Contestant& contestant, int port);

}  // namespace suite
