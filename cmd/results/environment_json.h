// Where something was measured and by which build, as the documents of bench and limits have it.
#pragma once

#include "cmd/results/fields.h"
#include "common/process/environment.h"

namespace suite::results {

/// All but the version of the program, which stands beside it.
Json environment_json(const Environment& environment);
Environment environment_from(const Fields& fields);

}  // namespace suite::results
