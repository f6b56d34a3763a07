// The flags of `suite load` that an HTTP target has, and no other.
#pragma once

#include "client/load_settings.h"
#include "cmd/cli/option.h"
#include "cmd/requests/http_requests.h"

namespace suite {

OptionGroup http_group(HttpFlags& flags, const LoadSettings& settings);

}  // namespace suite
