// One side of a comparison: what its files hold, by cells.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/results/load_run.h"

namespace suite::compare {

/// A setting, or a property of the machine, that both sides should have in common.
struct Property {
  std::string name;   // "conns", "cpu"
  std::string value;  // as JSON
  bool operator==(const Property&) const = default;
};

/// What is compared with its like: a server at a workload, or one load.
struct Cell {
  std::string name;  // "echo-d1, 100 connections: epoll"; empty: of load, which has one
  std::vector<results::LoadRun> runs;
  bool is_open_loop = false;  // it answers what it is asked for: what may differ is the latency
};

struct Side {
  std::string files;      // as given
  std::string_view verb;  // that wrote them: "bench" or "load"
  std::vector<Property> properties;
  std::vector<Cell> cells;              // those with a run, in the order of the first file that has them
  std::vector<std::string> incomplete;  // files that end early
};

/// Reads `list`, names of files with commas between. The error is one line for the user, which names the
/// file.
std::expected<Side, std::string> read_side(const std::string& list);

/// What differs, "cpu: \"a\" before, \"b\" after; ...", of two sides of the same verb; empty: nothing.
std::string differences(const std::vector<Property>& before, const std::vector<Property>& after);

}  // namespace suite::compare
