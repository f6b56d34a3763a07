// Who was faster, by how much, and whether that can be told from these rounds: as text.
#pragma once

#include <string>

#include "cmd/results/ranking.h"

namespace suite::bench {

/// A table for each section that has a result, but those of a given load; with marks on the rows that need
/// one, and below all of them what the marks mean. No line is wider than 100 columns.
std::string ranking_text(const results::BenchDocument& document);

/// "Echo, 100 connections, 1 request in flight on each", as in the log.
std::string title_of(const results::BenchSection& section);

/// What a section's ranking goes by.
results::Metric metric_of(const results::BenchDocument& document, const results::BenchSection& section);

/// The marks of a row, "tie client-bound".
std::string marks_text(const results::Standing& standing, results::Metric metric);

}  // namespace suite::bench
