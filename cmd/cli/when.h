// Flags that are auto, on or off.
#pragma once

#include <cstdint>

#include "cmd/cli/option_value.h"

namespace suite {

enum class When : std::uint8_t { kAuto, kOn, kOff };

/// `by_itself` is what auto comes to.
inline bool applies(When when, bool by_itself) { return when == When::kAuto ? by_itself : when == When::kOn; }

namespace values {

inline OptionValue when(When& value) {
  return named(value, {{"auto", When::kAuto}, {"on", When::kOn}, {"off", When::kOff}});
}

}  // namespace values
}  // namespace suite
