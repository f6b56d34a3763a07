#include <algorithm>

#include "cmd/diagnosis/checks.h"

namespace suite::diagnosis {

std::vector<Finding> examine(const Machine& machine) {
  std::vector<Finding> findings;
  for (const auto checks : {processor_checks(), kernel_checks()}) {
    for (const Check& check : checks) {
      findings.push_back(check.look(machine));
      findings.back().name = check.name;
    }
  }
  std::ranges::stable_sort(findings, {}, &Finding::severity);
  return findings;
}

}  // namespace suite::diagnosis
