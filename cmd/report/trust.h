// What has to be known before one believes the figures of a report.
#pragma once

#include <span>

#include "cmd/report/content.h"

namespace suite::report {

/// `content` has its tables and its warnings.
Trust trust_of(std::span<const Source> sources, const Content& content);

}  // namespace suite::report
