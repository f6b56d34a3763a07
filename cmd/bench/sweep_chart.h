// The picture of a sweep in the terminal, which grows while it is measured.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cmd/bench/plan.h"
#include "cmd/bench/run.h"
#include "cmd/cli/terminal_line.h"

namespace suite::bench {

struct SweepChartLayout;

/// Follows the rounds of a plan; one thread at a time. `plan` outlives it.
class SweepChart {
 public:
  static constexpr std::size_t kMostLines = 11;

  explicit SweepChart(const Plan& plan) : plan_(plan) {}

  void round_begins(const RoundId& id) { section_ = id.section; }
  void round_ended(const RoundId& id, double rps);
  void round_failed(const RoundId& id);

  /// A line of points and one for each contestant, where what is measured now is a sweep; nothing otherwise.
  /// Each fits the terminal, and all of them leave a line of it free.
  std::vector<std::string> lines(const TerminalStyle& style) const;

 private:
  using Cell = std::pair<std::size_t, std::size_t>;  // section and contestant

  std::optional<double> median_of(const Cell& cell) const;
  double most(const std::vector<std::size_t>& sections) const;
  // Of one contestant; the tallest bar stands for `full`.
  std::string row(std::size_t place, const SweepChartLayout& layout, double full, bool unicode) const;

  const Plan& plan_;
  std::size_t section_ = 0;
  std::map<Cell, std::vector<double>> rounds_;
  std::set<Cell> stopped_;
};

}  // namespace suite::bench
