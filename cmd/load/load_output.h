// What `suite load` prints and writes of its runs.
#pragma once

#include <optional>
#include <vector>

#include "client/load_result.h"
#include "client/search/find_max.h"
#include "cmd/load/load_options.h"
#include "common/net/event_fd.h"

namespace suite {

/// What there is when the runs are over, and why there are no more of them.
struct LoadOutcome {
  std::vector<LoadResult> results;
  std::optional<FindMaxResult> search;
  std::optional<Error> failure;  // of a later run; the results of those before it are written all the same
  bool printed =
      true;  // what there is to print of each run; what stdout did not take once is not tried again

  bool is_empty() const { return failure && results.empty() && (!search || search->steps.empty()); }
};

// Each says what could not be written; that is a failure, though the runs went well. Once `interrupt`
// is set, a reader that does not read is not waited for much longer.

/// A run is over, the last of `outcome`: its summary on stderr and, in the formats that have a text for each
/// run, that on stdout.
void print_run(const LoadOptions& options, LoadOutcome& outcome, const EventFd& interrupt);

/// All of several runs are over: what they say together, on stderr.
void print_end_of_runs(const LoadOptions& options, const std::vector<LoadResult>& results);

/// All runs are over: the formats that need them all, and the files. Not of an empty outcome. False
/// where any of it could not be written.
bool write_results(const LoadOptions& options, const LoadOutcome& outcome, const EventFd& interrupt);

/// Writes the report of gates, where one is asked for; false where that fails. `trouble` is why there is no
/// result, or none to rely on.
bool write_junit(const LoadOptions& options, const std::vector<LoadResult>& results,
                 const std::optional<std::string>& trouble);

}  // namespace suite
