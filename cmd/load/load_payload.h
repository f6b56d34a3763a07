// What a load over TCP sends, and what comes back for it: --size, --message, --file, --reply, --reply-ends.
#pragma once

#include "client/load_settings.h"
#include "cmd/cli/option_value.h"
#include "cmd/load/load_flags.h"

namespace suite {

/// Puts them into the plan and the settings: an echo, replies that are known, or replies of which only the
/// end is.
Complaint apply_payload(const LoadFlags& flags, LoadSettings& settings);

}  // namespace suite
