// Two sides, compared cell by cell.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cmd/compare/side.h"
#include "cmd/results/verdict.h"

namespace suite::compare {

struct Question {
  bool paired = false;                       // run i of one side belongs to run i of the other
  std::optional<results::Metric> metric;     // nothing: the usual one of each cell
  std::optional<double> fail_on_regression;  // percent
};

struct ComparedCell {
  std::string name;
  std::size_t runs_before = 0, runs_after = 0;
  results::Comparison comparison;
  results::Metric judged_by = results::Metric::kThroughput;
  std::string sentence;                   // the verdict, without its full stop
  std::optional<std::string> regression;  // where one was asked for and found
};

struct ComparedSides {
  std::vector<ComparedCell> cells;                   // that both have, in the order of BEFORE
  std::vector<std::string> only_before, only_after;  // names of the others
};

ComparedSides compare(const Side& before, const Side& after, const Question& question);

/// Why the gate cannot be evaluated: too few runs, or unequal pairs; nothing: it can.
std::optional<std::string> obstacle(const ComparedSides& sides, const Question& question);

/// How many of its ratios have an interval, which is how many differences could be claimed.
std::size_t claims_possible(const ComparedSides& sides);

}  // namespace suite::compare
