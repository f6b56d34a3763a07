// The flags of `suite backends`.
#pragma once

#include "cmd/cli/option.h"

namespace suite {

struct BackendsFlags {
  bool json = false;
};

OptionTable backends_table(BackendsFlags& flags);

}  // namespace suite
