// What a user should know before believing a result.
#pragma once

#include <string>
#include <vector>

#include "client/load_plan.h"
#include "client/load_result.h"

namespace suite {

/// One sentence each: what limits this result, and what to do about it.
std::vector<std::string> warnings_for(const LoadPlan& plan, const LoadResult& result);

/// What to do where an echo was asked of a server of HTTP: "the reply is HTTP: use http://127.0.0.1:8080/".
std::string http_advice(const LoadPlan& plan);

}  // namespace suite
