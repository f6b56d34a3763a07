// What the flags of a verb amount to in the end, from the rows of its table: for documents and for people.
#pragma once

#include <string>
#include <nlohmann/json_fwd.hpp>

#include "cmd/cli/option_parser.h"

namespace suite {

/// A document's `config`: every property of every row. Durations are in seconds; what has no effect is null,
/// and so is an object that has nothing but such.
nlohmann::ordered_json config_json(const OptionTable& table);

/// "suite load TARGET --conns 100 ...": all of them as a command that has the same effect, in lines that a
/// shell takes as one.
std::string settings_text(const OptionTable& table);

/// The same in one line, and only of flags that were given.
std::string command_text(const OptionTable& table, const GivenOptions& given);

}  // namespace suite
