// A search for the highest rate as text: its steps as they happen, and what it found.
#pragma once

#include <span>
#include <string>
#include <nlohmann/json_fwd.hpp>

#include "client/search/find_max.h"

namespace suite {

/// "p99<5ms and errors<1%".
std::string conditions_text(std::span<const Condition> conditions);

/// What is looked for, how long that takes, and the heads of the table that follows. Whole lines.
std::string search_headline(const FindMaxPlan& plan);

/// The step's line in that table, without its newline.
std::string step_line(const FindMaxPlan& plan, const SearchStep& step);

/// "Max rate: 118000 [reqests/sec], bracket: 118000..120000, p99<5ms": as programs read it, without its
/// newline. A remark follows where the figure is not what it seems: "client-bound", "not confirmed",
/// "interrupted" ... The rate is 0 where none passed, the end of the bracket "inf" where none failed.
std::string find_max_line(const FindMaxPlan& plan, const FindMaxResult& result);

/// For people: what to think of the result, in whole lines; empty where it is as good as it looks.
std::string find_max_advice(const FindMaxPlan& plan, const FindMaxResult& result);

/// The `find_max` of the JSON document.
nlohmann::ordered_json find_max_json(const FindMaxPlan& plan, const FindMaxResult& result);

}  // namespace suite
