// What a server did, in one line.
#pragma once

#include <string>

#include "servers/totals.h"

namespace suite {

/// "2 connections, 10 requests, ...": counts that are rarely above 0 only if they are.
std::string totals_line(const WorkerTotals& totals);

}  // namespace suite
