// A server that takes part. Ours, peers and the user's own differ in these values only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
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

/// It is ready when a GET of this path is answered with a status of 2xx.
struct PathAnswers {
  std::string path;
};

/// How it says that it is ready.
using Ready = std::variant<ReadyLine, PortAccepts, PathAnswers>;

enum class Ending {
  kOrderly,  // with exit code 0; what it started is its own affair, and is killed where it is left over
  kAny,  // however it ends; the SIGTERM goes to its whole process group, as that of a service manager does
};

/// How it is stopped: by SIGTERM.
struct Stop {
  std::chrono::milliseconds grace{8000};  // until it is killed; the drain of a server of ours takes up to 5 s
  Ending ending = Ending::kOrderly;
};

/// How it is started and stopped.
struct Launch {
  std::string program = "/proc/self/exe";  // a path, or a name in PATH
  std::string shown_as = {};               // in commands that can be pasted; empty: as `program`
  std::vector<std::string> arguments;      // with {port}, {root} and {workers}, see LaunchValues
  bool through_shell = false;              // they are a script: what is put in is quoted
  Ready ready = ReadyLine{};
  Stop stop = {};
};

/// What stands for {port}, {root} (the folder of the pages) and {workers}.
struct LaunchValues {
  int port = 0;
  std::string root;
  std::size_t workers = 1;
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
  std::string name;          // "epoll-w2"
  std::string twin_of = {};  // of a self-test: the contestant that it is once more; empty: none
  Launch launch = {};
  std::optional<std::string> url = {};  // "http://host:80/x": it runs already, and `launch` means nothing
  Budget budget = {};
  int first_port = 0;  // where it listens, or the next free one
  ServerKind kind = ServerKind::kEcho;
  std::size_t workers = 1;
  std::size_t most_connections = SIZE_MAX;  // that it can hold here, where it says so
  std::optional<double> rate = {};  // requests per second that it is asked for; nothing: all that it can
  bool serves_large_pages = true;
  bool keeps_connections = true;  // as many as come; otherwise those beyond its workers wait
  bool coroutine_per_connection = false;
  bool compared_by_connections = false;  // in the sweep of the default run
  StandIn stand_in = {};
  std::string_view remark = {};  // what differs from the others' work, whole lines for the log's head

  bool can_do(const BenchWorkload& workload) const;
  /// Whether it can do the workload, and its budget holds it.
  bool takes_part_in(const BenchWorkload& workload) const {
    return workload.is_in(budget.extent) && can_do(workload);
  }
};

}  // namespace suite::bench
