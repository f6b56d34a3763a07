// The log: what `suite bench` prints on stdout. People read it, and scripts: of each block, the commands and
// the "Throughput:" lines; all else is remarks.
#pragma once

#include <string>
#include <vector>

#include "cmd/bench/chosen.h"
#include "cmd/bench/plan.h"
#include "cmd/bench/result.h"
#include "common/process/environment.h"

namespace suite::bench {

/// The remarks at the top: what every round is made of, where it runs, and who was skipped.
std::string log_head(const Plan& plan, const std::vector<LeftOut>& skipped);

/// Who had the processors: "other programs used 0.42 s of its processors".
std::string disturbance_text(const Disturbance& disturbance);

/// What all points of a sweep have in common; `first` is the first of them.
std::string sweep_remark(const Plan& plan, const Section& first);

/// A section: per contestant the load command, the server's command, one line per round, a blank line; those
/// without a coroutine per connection first, then a remark that says so, then the others. Of HTTP, in their
/// order, and in place of the lines the report of the round in the middle, as ab prints it. Empty where
/// nothing was measured and nothing failed.
std::string log_section(const Plan& plan, const Section& section, const SectionResult& result);

/// What follows the last section: of HTTP, one table of all servers; which of them stand in for systems of
/// old; of HTTP, the environment.
std::string log_end(const Plan& plan, const BenchResult& result);

/// The log's last block: a title and a line for each thing that is known.
std::string environment_text(const Environment& environment);

}  // namespace suite::bench
