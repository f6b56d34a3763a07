// Who was faster, by how much, and whether that can be told from these rounds: as text.
#pragma once

#include <string>

#include "cmd/results/ranking.h"

namespace suite::bench {

/// A table for each section that has a result, but those of a given load; with marks on the rows that need
/// one, and below all of them what the marks mean. No line is wider than 100 columns.
std::string ranking_text(const results::BenchDocument& document);

}  // namespace suite::bench
