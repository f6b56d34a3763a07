// Gates as a JUnit report, which CI systems show beside a project's tests.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "client/gates/gates.h"

namespace suite {

/// What there is to report of a load.
struct JUnitInput {
  std::string command;  // that repeats it
  std::span<const Gate> gates;
  std::vector<GateVerdict> verdicts;  // of each gate for each run that was judged
  std::size_t runs = 1;
  std::chrono::nanoseconds measured{};  // in all of them
  std::optional<std::string> trouble;   // why there is no result, or none to rely on
};

/// An XML document: a test case for each gate, which fails if any run breached it, and is skipped where no
/// run was judged. Trouble is an error of one more test case. Whatever bytes the texts have, it is
/// well-formed (XML 1.0, 2.2 and 2.4): what a document cannot have is replaced by U+FFFD.
std::string junit_report(const JUnitInput& input);

}  // namespace suite
