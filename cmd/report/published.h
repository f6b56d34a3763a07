// Figures that others published of servers and loads that this program has too: for orientation beside a
// report's own, never compared with them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/report/content.h"

namespace suite::report {

/// Where figures were published, and what is known of how they were measured.
struct Publication {
  std::string_view title;       // "Syncless and other coroutine libraries"
  std::string_view conditions;  // one sentence, without its full stop
};

struct PublishedFigure {
  std::string_view contestant;  // as our row is called
  std::string_view workload;    // of ours that asks the same
  double rps;
  std::string_view what;  // what was measured: "tornado 0.2"
  const Publication* where;
};

/// All that are known, whatever was measured here.
std::span<const PublishedFigure> published_figures();

/// Those of contestants and workloads that `tables` have, in the order of the tables and of the contestants'
/// places; several results have a line each. Points of sweeps and loads at a rate have none.
std::vector<PublishedRow> published_beside(std::span<const Table> tables);

/// "Syncless and other ...: conditions", once for each publication that rows name.
std::vector<std::string> publications_of(std::span<const PublishedRow> rows);

/// What stands above the table: that nothing follows from it.
inline constexpr std::string_view kPublishedNote =
    "Requests per second that others published of the same kind of server under the same kind of load: other "
    "hardware, another time, older versions. Nothing is claimed from them.";

}  // namespace suite::report
