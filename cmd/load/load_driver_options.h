// The flags of `suite load` that say how its sockets are driven and set.
#pragma once

#include "client/load_plan.h"
#include "client/load_settings.h"
#include "cmd/cli/option.h"

namespace suite {

/// The rows put values into `plan`.
OptionGroup driver_group(LoadPlan& plan, const LoadSettings& settings);

}  // namespace suite
