// A LoadRun as JSON and back. For the documents that hold runs.
#pragma once

#include <optional>

#include "cmd/results/fields.h"
#include "cmd/results/load_run.h"

namespace suite::results {

/// How a document has histograms.
enum class HistogramForm {
  kBuckets,  // a pair of numbers for each bucket: of load, for readers of all kinds
  kPacked,   // see packed_histogram.h: of bench, which has thousands
};

/// As docs/load.schema.json has it, but for the form; byte for byte what was written where it was read. A
/// distribution that equals an earlier one of the run names that, instead of repeating its histogram.
Json run_json(const LoadRun& run, HistogramForm form);

/// The member of a run of that name, for records that have one of their own.
Json disturbance_json(const std::optional<Disturbance>& disturbance);
Disturbance disturbance_from(const Fields& fields);

/// Reads both forms. What is wrong with it becomes the complaint of `fields`.
LoadRun run_from(const Fields& fields);

}  // namespace suite::results
