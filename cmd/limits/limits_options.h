// The flags of `suite limits`.
#pragma once

#include "cmd/cli/option.h"

namespace suite::limits {

struct LimitsFlags {
  bool json = false;
};

OptionTable limits_table(LimitsFlags& flags);

}  // namespace suite::limits
