// The end of `suite bench --before --after`: how the two versions compare, computed from the document.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/results/bench_document.h"
#include "cmd/results/verdict.h"

namespace suite::bench {

struct VersionGate {
  std::optional<results::Metric> metric;  // nothing: the usual one, see Comparison
  std::optional<double> percent;          // that "after" may be worse; nothing: any
};

struct VersionVerdict {
  std::string sentence;
  std::optional<std::string> regression;  // that breaches the gate, as a sentence
  std::optional<std::string> unjudged;    // why a gate that was asked for cannot be judged
};

/// Of each section that has the contestants "before" and "after": their rounds of the same number are pairs.
std::vector<VersionVerdict> judge_versions(const results::BenchDocument& document, const VersionGate& gate);

}  // namespace suite::bench
