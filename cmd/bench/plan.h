// What `suite bench` is going to measure, as values: nothing here starts anything.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace suite {

/// What the clients do, by a name that the command line knows.
struct Workload {
  std::string_view name;   // "echo-d16"
  std::string_view title;  // "Echo"
  std::uint64_t depth;     // requests in flight on each connection
};

/// All of them, in the order of the log, for as long as the process lives.
std::span<const Workload> workloads();

/// A server that takes part.
struct Contestant {
  std::string name;
  std::vector<std::string> serve;  // arguments of the program, all but the port
  int first_port;                  // where it listens, or the next free one
};

/// What is measured in one go, all contestants round by round.
struct Section {
  Workload workload;
  std::uint64_t conns;

  /// "Echo, 100 connections, 1 request in flight on each".
  std::string title() const;
};

struct Plan {
  std::string program = "/proc/self/exe";  // that serves and loads
  std::vector<Section> sections;
  std::vector<Contestant> contestants;
  std::uint64_t rounds = 5;
  std::chrono::nanoseconds secs = std::chrono::seconds(2);  // measured in each round
  std::chrono::nanoseconds warmup = std::chrono::milliseconds(200);
  std::uint64_t seed = 1;        // of the order within the rounds, and of the intervals
  std::vector<int> server_cpus;  // empty: wherever the kernel puts it
  std::vector<int> load_cpus;
};

/// How long the plan takes in all, with what starting and stopping costs.
std::chrono::nanoseconds estimated_duration(const Plan& plan);

/// The program's arguments for a server, and for the load on it; as the log shows them.
std::vector<std::string> serve_arguments(const Contestant& contestant, int port);
std::vector<std::string> load_arguments(const Plan& plan, const Section& section, int port);

/// "suite serve-echo --backend epoll --port 3100": to be pasted into a shell.
std::string shown_command(const std::vector<std::string>& arguments);

}  // namespace suite
