// What a comparison of servers with themselves says of the machine it ran on.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "cmd/results/measures.h"

namespace suite::results {

/// One metric of all pairs of twins.
struct ClaimedOfEquals {
  std::size_t compared = 0;  // pairs with an interval
  std::size_t claimed = 0;   // of these: the interval excludes "none", though there is no difference

  /// So many claims, or more, come about by chance in less than 5 % of all self-tests.
  bool too_many() const;
};

struct SelfTest {
  ClaimedOfEquals throughput, server_cpu;
  /// The median over the pairs of the smallest true difference in throughput that would have been seen, as a
  /// share.
  std::optional<double> smallest_seen;

  /// The machine claims differences where there are none.
  bool failed() const { return throughput.too_many() || server_cpu.too_many(); }
};

/// Nothing where the document has no pair of twins with an interval.
std::optional<SelfTest> self_test_of(const BenchDocument& document);

/// "compared with themselves, servers would have been called different in 1 of 14 comparisons by throughput
/// and in none of 14 by server CPU (chance alone: 5 %)", and what that says of the machine.
std::string sentence_of(const SelfTest& test);

}  // namespace suite::results
