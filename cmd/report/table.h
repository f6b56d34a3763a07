// One workload's table, from the sections that are overlaid in it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "cmd/report/content.h"

namespace suite::report {

/// A section, and where it comes from. The document outlives it.
struct SectionOf {
  std::size_t source = 0;
  const results::BenchSection* section = nullptr;
  bool is_load = false;
  bool one_core = false;                                          // for load and server
  const std::optional<results::MachineLimits>* limits = nullptr;  // of the document; nullptr: it has none
};

/// At least one. All but the places of its rows, which depend on the other tables.
Table table_of(const std::vector<SectionOf>& parts, std::span<const Source> sources);

}  // namespace suite::report
