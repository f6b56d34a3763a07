// The columns of a report's first table: what is read before all else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/report/content.h"

namespace suite::report {

struct Column {
  std::string header;
  std::string (*text)(const Row& row);
  std::optional<double> (*value)(const Row& row);  // to sort by
};

/// Beside the contestant's name. For servers: throughput, its ratio to the first (of server CPU where that is
/// ranked by), server CPU per request, p99, and the share of the machine's limit where it is known; for
/// results of `suite load`: throughput, p50, p99, max.
std::vector<Column> columns_of(const Table& table);

/// What has to be said of a row beside its figures: "errors: 3", "client-bound in 2 of 10".
std::vector<std::string> marks_of(const Row& row);

/// What the figures are: "Medians of rounds; ...".
std::string footnote_of(const Table& table);

}  // namespace suite::report
