// What `suite load` prints and writes of its runs.
#pragma once

#include <vector>

#include "client/load_result.h"
#include "cmd/load_options.h"

namespace suite {

/// A run is over: its summary on stderr and, in the formats that have a text for each run, that on stdout.
void print_run(const LoadOptions& options, const LoadResult& result);

/// All runs are over: the formats that need them all, and the files. Says what could not be written, which is
/// a failure, though the runs went well: false. At least one result.
bool write_results(const LoadOptions& options, const std::vector<LoadResult>& results);

}  // namespace suite
