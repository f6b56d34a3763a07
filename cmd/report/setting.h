// Who was compared on what, where and when: what stands around the figures of a report.
#pragma once

#include <span>

#include "cmd/report/content.h"

namespace suite::report {

/// Whether the machine, its kernel or what this process may use of it differ between the results.
bool machines_differ(std::span<const Source> sources);

/// Fills in title, facts, machine and environment; the tables and names are there.
void describe_setting(Content& content, std::span<const Source> sources);

}  // namespace suite::report
