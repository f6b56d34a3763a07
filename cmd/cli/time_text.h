// Times in the tables of a terminal.
#pragma once

#include <chrono>
#include <cmath>
#include <optional>
#include <string>

#include "common/base/units.h"

namespace suite {

/// "5.14us"; "-" where it is not known.
inline std::string time_text(const std::optional<double>& seconds) {
  if (!seconds) return "-";
  return format_duration(std::chrono::nanoseconds(std::llround(*seconds * 1e9)));
}

}  // namespace suite
