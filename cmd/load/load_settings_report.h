// The effective settings of a load, from the rows of its flags.
#pragma once

#include <string>
#include <nlohmann/json_fwd.hpp>

#include "client/load_settings.h"

namespace suite {

/// `config` of the load's document.
nlohmann::ordered_json load_config(const LoadSettings& settings);

/// For people: a command that repeats the run, in a few lines; of HTTP, where it went, in another.
std::string settings_report(const LoadSettings& settings);

}  // namespace suite
