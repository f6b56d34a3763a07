// A LoadRun as JSON and back. For the documents that hold runs.
#pragma once

#include "cmd/results/fields.h"
#include "cmd/results/load_run.h"

namespace suite::results {

/// As docs/load.schema.json has it, byte for byte what `suite load` wrote where it was read.
Json run_json(const LoadRun& run);

/// What is wrong with it becomes the complaint of `fields`.
LoadRun run_from(const Fields& fields);

}  // namespace suite::results
