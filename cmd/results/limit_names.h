// What documents call the limit of a run.
#pragma once

#include <string_view>

#include "client/judgement/busyness.h"

namespace suite::results {

/// "client", "shared_cores"; empty where none was seen.
std::string_view name_of(Limit limit);
/// kNotSeen where none is called so.
Limit find_limit(std::string_view name);
/// Whether `suite load` gives this warning about that limit. For documents that have nothing else of it, and
/// for those who say it in their own words.
bool is_warning_of(Limit limit, std::string_view warning);

}  // namespace suite::results
