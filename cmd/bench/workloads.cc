#include "cmd/bench/workloads.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "cmd/bench/pages.h"

namespace suite::bench {
namespace {

constexpr std::uint64_t kRequests = 50'000;  // as many as ab was told to make in what this descends from

// Made when it is first asked for.
const auto& table() {
  static const std::array all{
      BenchWorkload{.name = "echo-d1", .title = "Echo", .depth = 1, .http = std::nullopt, .well_known = true},
      BenchWorkload{.name = "echo-d16", .title = "Echo", .depth = 16, .http = std::nullopt},
      BenchWorkload{.name = "http-keepalive",
                    .title = "HTTP, the page of 40 bytes, keep-alive",
                    .depth = 1,
                    .http = HttpRequests{.path = "/",
                                         .connections = ConnectionUse::kKeptAlive,
                                         .count = kRequests,
                                         .usual_rps = 120'000,
                                         .usual_slow_rps = 20'000,
                                         .ok_statuses = {}},
                    .well_known = true},
      BenchWorkload{.name = "http-close",
                    .title = "HTTP, the page of 40 bytes, a new connection for each request",
                    .depth = 1,
                    .http = HttpRequests{.path = "/",
                                         .connections = ConnectionUse::kOnePerRequest,
                                         .count = kRequests,
                                         .usual_rps = 28'000,
                                         .usual_slow_rps = 7'000,
                                         .ok_statuses = {},
                                         .column = TableColumn::kParallel},
                    .well_known = true},
      BenchWorkload{.name = "http-404",
                    .title = "HTTP, a page that is not there, a new connection for each request",
                    .depth = 1,
                    .http = HttpRequests{.path = "/missing",
                                         .connections = ConnectionUse::kOnePerRequest,
                                         .count = kRequests,
                                         .usual_rps = 28'000,
                                         .usual_slow_rps = 7'000,
                                         .ok_statuses = "404"}},
      BenchWorkload{.name = "http-large",
                    .title = "HTTP, the page of 954,824 bytes, a new connection for each request",
                    .depth = 1,
                    .http = HttpRequests{.path = std::string(kLargePath),
                                         .connections = ConnectionUse::kOnePerRequest,
                                         .count = kRequests,
                                         .usual_rps = 8'000,
                                         .usual_slow_rps = 1'000,
                                         .ok_statuses = {}}},
      BenchWorkload{.name = "http-sequential",
                    .title = "HTTP, 10,000 different URLs of the page of 40 bytes, one after the other",
                    .depth = 1,
                    .http = HttpRequests{.path = "/",
                                         .connections = ConnectionUse::kOneAtATime,
                                         .count = kUrls,
                                         .usual_rps = 16'000,
                                         .usual_slow_rps = 4'500,
                                         .ok_statuses = {},
                                         .column = TableColumn::kSequential},
                    .well_known = true},
  };
  return all;
}

}  // namespace

std::span<const BenchWorkload> workloads() { return table(); }

const BenchWorkload* find_workload(std::string_view name) {
  const auto found = std::ranges::find(table(), name, &BenchWorkload::name);
  return found == table().end() ? nullptr : &*found;
}

bool BenchWorkload::is_in(Extent extent) const {
  switch (extent) {
    case Extent::kAll:
      return true;
    case Extent::kWellKnown:
      return well_known;
    case Extent::kFiles:
      return well_known || (http && http->path == kLargePath);
    case Extent::kTable:
      return column() != TableColumn::kNone;
  }
  return false;
}

std::string workload_names(Extent extent) {
  std::vector<std::string_view> names;
  for (const BenchWorkload& workload : table()) {
    if (workload.is_in(extent)) names.push_back(workload.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace suite::bench
