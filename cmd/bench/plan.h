// What `suite bench` is going to measure, as values: nothing here starts anything.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/capacity.h"
#include "cmd/bench/contestant.h"
#include "cmd/bench/workloads.h"
#include "cmd/results/cell.h"
#include "common/limits/machine_limits.h"

namespace suite::bench {

/// What is measured in one go, all contestants of its kind round by round.
struct Section {
  BenchWorkload workload;
  std::uint64_t conns;
  /// The sections of a sweep, or of a load that grows, have a number in common: a contestant that fails in
  /// one of them is left out of those behind it. 0: alone.
  std::size_t series = 0;
  std::optional<results::SweepPoint> point = {};  // of the sweep that it is part of
  std::optional<results::LoadLevel> level = {};   // of an open loop; nothing: as fast as it goes
  Spread spread = {};                             // of the client
  std::size_t workers = 0;                        // of each server whose number can be chosen; 0: as it comes
  std::size_t at_least = 0;     // ... at least so many, since one table does not hold the sweep's connections
  bool is_usual_sweep = false;  // of the default run, for a few contestants only
  std::uint64_t rounds = 0;     // 0: as the plan has it
  std::chrono::nanoseconds secs = {};  // likewise

  ServerKind kind() const { return workload.kind(); }
  /// Whether the contestant takes part in it.
  bool takes(const Contestant& contestant) const;
  /// "Echo, 100 connections, 1 request in flight on each".
  std::string title() const;
  /// As the cells of the document are called: "echo-d1, 100 connections, 4 workers".
  std::string name() const;
  /// What tells it from others of its workload, in a word: "c100", "d16", "80%".
  std::string short_point() const;
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
  bool repeats_disturbed = true;                                   // rounds, once
  std::string prepare;           // a command, run before each start of a server; empty: none
  std::uint64_t seed = 1;        // of the order within the rounds
  std::vector<int> server_cpus;  // a server runs on as many of them as it has workers; empty: anywhere
  std::vector<int> load_cpus;
  std::optional<limits::MachineLimits> limits = {};  // of this machine, where they were measured

  bool has_http() const;
  bool has_counted() const;  // see BenchWorkload::counted()
  /// The contestants that take part in it, by their places.
  std::vector<std::size_t> contestants_of(const Section& section) const;
  std::uint64_t rounds_in_all() const;
  std::uint64_t rounds_of(const Section& section) const {
    return section.rounds > 0 ? section.rounds : rounds;
  }
  std::chrono::nanoseconds secs_of(const Section& section) const {
    return section.secs.count() > 0 ? section.secs : secs;
  }
  /// One of the contestants as the section starts and loads it.
  Contestant contestant_in(const Section& section, std::size_t place) const;
  /// Of the pages that sections ask for, beside the usual ones; each once.
  std::vector<std::uint64_t> page_sizes() const;
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
