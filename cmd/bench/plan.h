// What `suite bench` is going to measure, as values: nothing here starts anything.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cmd/bench/contestant.h"
#include "cmd/bench/workloads.h"

namespace suite::bench {

/// What is measured in one go, all contestants of its kind round by round.
struct Section {
  BenchWorkload workload;
  std::uint64_t conns;

  ServerKind kind() const { return workload.kind(); }
  /// "Echo, 100 connections, 1 request in flight on each".
  std::string title() const;
};

struct Plan {
  std::string program = "/proc/self/exe";  // that loads
  std::string folder;                      // holds what the HTTP workloads need, see pages.h
  std::vector<Section> sections;
  std::vector<Contestant> contestants;
  std::uint64_t rounds = 5;
  std::chrono::nanoseconds secs = std::chrono::seconds(2);         // measured in rounds that are not counted
  std::chrono::nanoseconds http_limit = std::chrono::seconds(10);  // the longest round of HTTP
  std::chrono::nanoseconds warmup = std::chrono::milliseconds(200);
  std::chrono::nanoseconds ready_time = std::chrono::seconds(10);  // that a server has until it is ready
  std::string prepare;           // a command, run before each start of a server; empty: none
  std::uint64_t seed = 1;        // of the order within the rounds
  std::vector<int> server_cpus;  // a server runs on as many of them as it has workers; empty: anywhere
  std::vector<int> load_cpus;

  bool has_http() const;
  bool has_counted() const;  // see BenchWorkload::counted()
  /// The contestants that take part in it, by their places.
  std::vector<std::size_t> contestants_of(const Section& section) const;
  std::uint64_t rounds_in_all() const;
};

/// How many requests a contestant is asked for in a round.
std::uint64_t requests_of(const HttpRequests& http, const Budget& budget);

/// How long a round takes, with what starting and stopping costs, as far as can be told.
std::chrono::nanoseconds estimated_round(const Plan& plan, const Section& section,
                                         const Contestant& contestant);

/// How long the plan takes in all, with what starting and stopping costs: as far as can be told, and with
/// every round as long as it may get.
std::chrono::nanoseconds estimated_duration(const Plan& plan);
std::chrono::nanoseconds longest_duration(const Plan& plan);

}  // namespace suite::bench
