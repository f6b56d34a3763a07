// What the log of `suite bench` has of HTTP: reports as ab prints them, and one table of all servers.
#pragma once

#include <string>

#include "cmd/bench/plan.h"
#include "cmd/bench/result.h"

namespace suite::bench {

/// What there is to know before the first report: when a round ends, and how to have the pages again.
std::string http_remarks(const Plan& plan);

/// The report of the contestant's median round, and a remark that says which round that is.
std::string http_report(const ContestantResult& result);

/// Requests per second in two columns, parallel (http-close, with the most connections) and sequential
/// (http-sequential). Empty where neither was measured.
std::string http_table(const Plan& plan, const BenchResult& result);

}  // namespace suite::bench
