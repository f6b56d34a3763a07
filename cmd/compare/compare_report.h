// A comparison as text. Whole lines.
#pragma once

#include <string>

#include "cmd/compare/comparison.h"

namespace suite::compare {

/// A row for each cell, and what chance alone would claim. One cell has its verdict as a sentence above it.
std::string table_report(const ComparedSides& sides);
/// The same for GitHub and its like.
std::string markdown_report(const ComparedSides& sides);
/// {"schema": 1, "suite", "kind": "compare", ...}: docs/compare.md has every field.
std::string json_report(const Side& before, const Side& after, const Question& question,
                        const ComparedSides& sides);

}  // namespace suite::compare
