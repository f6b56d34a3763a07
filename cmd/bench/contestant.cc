#include "cmd/bench/contestant.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cmd/bench/pages.h"
#include "common/base/shell_quoted.h"

namespace suite::bench {
namespace {

// What is put in is not looked through again: a path may hold anything.
std::string filled_in(std::string_view text, const LaunchValues& values) {
  const std::array<std::pair<std::string_view, std::string>, 3> places{
      {{"{port}", std::to_string(values.port)},
       {"{root}", values.root},
       {"{workers}", std::to_string(values.workers)}}};
  std::string filled;
  while (!text.empty()) {
    const auto place =
        std::ranges::find_if(places, [text](const auto& one) { return text.starts_with(one.first); });
    if (place == places.end()) {
      filled += text.front();
      text.remove_prefix(1);
    } else {
      filled += place->second;
      text.remove_prefix(place->first.size());
    }
  }
  return filled;
}

}  // namespace

std::vector<std::string> arguments_with(const Launch& launch, const LaunchValues& values) {
  LaunchValues put_in = values;
  if (launch.through_shell) put_in.root = shell_quoted(values.root);
  std::vector<std::string> arguments;
  for (const std::string& argument : launch.arguments) arguments.push_back(filled_in(argument, put_in));
  return arguments;
}

bool Contestant::can_do(const BenchWorkload& workload) const {
  if (kind != workload.kind()) return false;
  if (!workload.http) return true;
  const bool kept = workload.http->connections == ConnectionUse::kKeptAlive;
  const bool own_page = workload.http->path == kLargePath || workload.size > 0;
  return (serves_large_pages || !own_page) && (keeps_connections || !kept);
}

}  // namespace suite::bench
