#include "cmd/bench/plan.h"

#include <fmt/format.h>

#include <array>

#include "common/base/units.h"

namespace suite {
namespace {

constexpr std::array kWorkloads{
    Workload{.name = "echo-d1", .title = "Echo", .depth = 1},
    Workload{.name = "echo-d16", .title = "Echo", .depth = 16},
};

// Starting a server, connecting and stopping, as seen on a small machine.
constexpr std::chrono::milliseconds kRoundOverhead{150};

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", format_count(count), noun, count == 1 ? "" : "s");
}

// Whole seconds as a bare number, the way a user types them.
std::string seconds_argument(std::chrono::nanoseconds duration) {
  std::string text = duration_argument(duration);
  if (text.ends_with('s') && text.find_first_not_of("0123456789") == text.size() - 1) text.pop_back();
  return text;
}

}  // namespace

std::span<const Workload> workloads() { return kWorkloads; }

std::string Section::title() const {
  return fmt::format("{}, {}, {} in flight on each", workload.title, counted(conns, "connection"),
                     counted(workload.depth, "request"));
}

std::chrono::nanoseconds estimated_duration(const Plan& plan) {
  const auto rounds = plan.sections.size() * plan.contestants.size() * plan.rounds;
  return (plan.secs + plan.warmup + kRoundOverhead) * rounds;
}

std::vector<std::string> serve_arguments(const Contestant& contestant, int port) {
  std::vector<std::string> arguments = contestant.serve;
  arguments.insert(arguments.end(), {"--port", std::to_string(port)});
  return arguments;
}

std::vector<std::string> load_arguments(const Plan& plan, const Section& section, int port) {
  return {"load",
          "--conns",
          std::to_string(section.conns),
          "--secs",
          seconds_argument(plan.secs),
          "--depth",
          std::to_string(section.workload.depth),
          "--port",
          std::to_string(port)};
}

std::string shown_command(const std::vector<std::string>& arguments) {
  return fmt::format("suite {}", fmt::join(arguments, " "));
}

}  // namespace suite
