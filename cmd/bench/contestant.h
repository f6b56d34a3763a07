// A server that takes part. Ours, peers and the user's own differ in these values only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cmd/bench/workloads.h"
#include "servers/stand_in.h"

namespace suite::bench {

/// A line on standard error that begins so and names the port, ":3100 (", says that it is ready.
struct ReadyLine {
  std::string prefix = "listening on ";
};

/// It is ready when its port accepts.
struct PortAccepts {};

/// How it says that it is ready.
using Ready = std::variant<ReadyLine, PortAccepts>;

/// How it is stopped: by SIGTERM, after which it must end with exit code 0.
struct Stop {
  std::chrono::seconds grace{8};  // until it is killed; the drain of a server of ours takes up to 5 s
};

/// How it is started and stopped.
struct Launch {
  std::string program = "/proc/self/exe";  // a path, or a name in PATH
  std::string shown_as = {};               // in commands that can be pasted; empty: as `program`
  std::vector<std::string> arguments;      // {port} and {root} in them stand for the port and the pages
  Ready ready = ReadyLine{};
  Stop stop = {};
};

/// What stands for {port} and {root}.
struct LaunchValues {
  int port = 0;
  std::string root;
};

/// The arguments, filled in.
std::vector<std::string> arguments_with(const Launch& launch, const LaunchValues& values);

/// How much it is asked for.
struct Budget {
  std::uint64_t most_requests = UINT64_MAX;  // in a round of HTTP
  Extent extent = Extent::kAll;
  Pace pace = Pace::kFast;
  std::chrono::milliseconds overhead{150};  // of a round: starting, connecting and stopping
};

struct Contestant {
  std::string name;  // "epoll-w2"
  Launch launch = {};
  Budget budget = {};
  int first_port = 0;  // where it listens, or the next free one
  ServerKind kind = ServerKind::kEcho;
  std::size_t workers = 1;
  bool serves_large_pages = true;
  bool keeps_connections = true;  // as many as come; otherwise those beyond its workers wait
  bool coroutine_per_connection = false;
  StandIn stand_in = {};
  std::string_view remark = {};  // what differs from the others' work, whole lines for the log's head

  /// Whether it can do the workload, and its budget holds it.
  bool takes_part_in(const BenchWorkload& workload) const;
};

}  // namespace suite::bench
