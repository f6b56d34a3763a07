#include "cmd/bench/workloads.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "cmd/bench/pages.h"

namespace suite::bench {
namespace {

constexpr std::uint64_t kRequests = 50'000;  // as many as ab was told to make in what this descends from

// Of the large page, a round of 50,000 would take longer than all the other workloads' rounds together.
constexpr std::uint64_t kLargeRequests = 10'000;

constexpr std::uint64_t kLargeMessage = 64 * 1024;

// What a round of them would have in common with ab's is nothing: it has as many requests as fit its time.
HttpRequests timed_requests() {
  return {.path = "/",
          .connections = ConnectionUse::kKeptAlive,
          .count = 0,
          .usual_rps = 0,
          .usual_slow_rps = 0,
          .ok_statuses = {}};
}

// Made when it is first asked for.
const auto& table() {
  static const std::array all{
      BenchWorkload{.name = "echo-d1",
                    .title = "Echo",
                    .depth = 1,
                    .http = std::nullopt,
                    .well_known = true,
                    .help = "1 request in flight per connection",
                    .ceiling = limits::Figure::kEcho},
      BenchWorkload{.name = "echo-d16",
                    .title = "Echo",
                    .depth = 16,
                    .http = std::nullopt,
                    .help = "16",
                    .ceiling = limits::Figure::kEchoPipelined},
      BenchWorkload{.name = "echo-64k",
                    .title = "Echo",
                    .depth = 1,
                    .http = std::nullopt,
                    .size = kLargeMessage,
                    .usual = false,
                    .help = "messages of 64 KiB"},
      BenchWorkload{.name = "echo-c1",
                    .title = "Echo",
                    .depth = 1,
                    .http = std::nullopt,
                    .conns = 1,
                    .usual = false,
                    .help = "one connection"},
      BenchWorkload{.name = "http-keepalive",
                    .title = "HTTP, the page of 40 bytes, keep-alive",
                    .depth = 1,
                    .http = HttpRequests{.path = "/",
                                         .connections = ConnectionUse::kKeptAlive,
                                         .count = kRequests,
                                         .usual_rps = 120'000,
                                         .usual_slow_rps = 20'000,
                                         .ok_statuses = {}},
                    .well_known = true,
                    .asks_for_page = true,
                    .swept = true,
                    .help = "a page of 40 bytes",
                    .ceiling = limits::Figure::kHttp},
      BenchWorkload{.name = "http-d16",
                    .title = "HTTP, the page of 40 bytes, pipelined",
                    .depth = 16,
                    .http = timed_requests(),
                    .usual = false,
                    .asks_for_page = true,
                    .help = "16 requests pipelined",
                    .ceiling = limits::Figure::kHttpPipelined},
      BenchWorkload{.name = "http-c1",
                    .title = "HTTP, the page of 40 bytes, keep-alive",
                    .depth = 1,
                    .http = timed_requests(),
                    .conns = 1,
                    .usual = false,
                    .asks_for_page = true,
                    .help = "one connection"},
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
                    .well_known = true,
                    .asks_for_page = true,
                    .help = "a connection per request",
                    .ceiling = limits::Figure::kHttpClose},
      BenchWorkload{.name = "http-404",
                    .title = "HTTP, a page that is not there, a new connection for each request",
                    .depth = 1,
                    .http = HttpRequests{.path = "/missing",
                                         .connections = ConnectionUse::kOnePerRequest,
                                         .count = kRequests,
                                         .usual_rps = 28'000,
                                         .usual_slow_rps = 7'000,
                                         .ok_statuses = "404"},
                    .help = "no such page",
                    .ceiling = limits::Figure::kHttpClose},
      BenchWorkload{.name = "http-large",
                    .title = "HTTP, the page of 954,824 bytes, a new connection for each request",
                    .depth = 1,
                    .http = HttpRequests{.path = std::string(kLargePath),
                                         .connections = ConnectionUse::kOnePerRequest,
                                         .count = kLargeRequests,
                                         .usual_rps = 8'000,
                                         .usual_slow_rps = 1'000,
                                         .ok_statuses = {}},
                    .asks_for_page = true,
                    .help = "954,824 bytes",
                    .ceiling = limits::Figure::kHttpLarge},
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
                    .well_known = true,
                    .conns = 1,
                    .help = "10,000 URLs, one at a time"},
  };
  return all;
}

// "echo-d1 (1 request in flight per connection), echo-d16 (16)"
std::string described(bool usual) {
  std::string list;
  for (const BenchWorkload& one : table()) {
    if (one.usual == usual) list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", one.name, one.help);
  }
  return list;
}

}  // namespace

std::string workloads_help() {
  return fmt::format("Workloads: {}. By name only: {}.", described(true), described(false));
}

std::span<const BenchWorkload> workloads() { return table(); }

const BenchWorkload* find_workload(std::string_view name) {
  const auto found = std::ranges::find(table(), name, &BenchWorkload::name);
  return found == table().end() ? nullptr : &*found;
}

BenchWorkload BenchWorkload::timed() const {
  BenchWorkload timed = *this;
  if (timed.http) timed.http->count = 0;
  return timed;
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
