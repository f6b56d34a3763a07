#include "cmd/load/load_settings_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cmd/cli/effective_settings.h"
#include "cmd/load/load_flags.h"

namespace suite {

nlohmann::ordered_json load_config(const LoadSettings& settings) {
  LoadFlags unused;
  return config_json(load_table(unused, settings));
}

std::string settings_report(const LoadSettings& settings) {
  LoadFlags unused;
  const LoadPlan& plan = settings.plan;
  std::string text = settings_text(load_table(unused, settings));
  if (!settings.http) return text;
  return text + fmt::format("  connected to {}; connections are {}\n",
                            plan.has_network() ? plan.target.to_string() : "nothing: answered in memory",
                            plan.keep_alive ? "kept open" : "closed after each request");
}

}  // namespace suite
