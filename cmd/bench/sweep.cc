#include "cmd/bench/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "cmd/bench/pages.h"
#include "common/base/units.h"

namespace suite::bench {
namespace {

// A title names the page that is asked for.
std::string page_text(std::uint64_t size) { return fmt::format("the page of {} bytes", format_count(size)); }

void ask_for_page(BenchWorkload& workload, std::uint64_t size) {
  const std::string usual = page_text(workload.http->path == kLargePath ? kLargeSize : kSmallSize);
  if (const std::size_t at = workload.title.find(usual); at != std::string::npos) {
    workload.title.replace(at, usual.size(), page_text(size));
  }
  workload.http->path = sized_path(size);
}

}  // namespace

std::optional<std::string> why_not(const BenchWorkload& workload, Axis axis) {
  switch (axis) {
    case Axis::kConns:
      if (workload.conns) return "uses one connection at a time";
      break;
    case Axis::kDepth:
      if (workload.http && workload.http->connections != ConnectionUse::kKeptAlive) {
        return "makes a connection for each request, which carries no second one";
      }
      break;
    case Axis::kSize:
      if (workload.http && !workload.asks_for_page) return "asks for no page that could have another size";
      break;
    case Axis::kWorkers:
      break;
  }
  return std::nullopt;
}

BenchWorkload with_value(BenchWorkload workload, Axis axis, std::uint64_t value) {
  if (axis == Axis::kDepth) workload.depth = value;
  if (axis != Axis::kSize) return workload;
  if (workload.http) ask_for_page(workload, value);
  workload.size = value;
  return workload;
}

bool takes_workers(const Contestant& contestant) {
  return !contestant.url && std::ranges::any_of(contestant.launch.arguments, [](const std::string& argument) {
    return argument.contains("{workers}");
  });
}

}  // namespace suite::bench
