#include "cmd/bench/log.h"

#include <fmt/format.h>

#include "common/base/units.h"

namespace suite {
namespace {

std::string placement(const Plan& plan) {
  if (plan.server_cpus.empty() || plan.load_cpus.empty()) {
    return "Server and load share one processor, and so take time from each other.";
  }
  return fmt::format("The server runs on processor {}, the load on processor {}.",
                     fmt::join(plan.server_cpus, ","), fmt::join(plan.load_cpus, ","));
}

std::string block(const Plan& plan, const Section& section, const Contestant& contestant,
                  const ContestantResult& result) {
  std::string text;
  if (!result.rounds.empty()) {
    text += shown_command(load_arguments(plan, section, result.port)) + "\n\n";
    text += shown_command(serve_arguments(contestant, result.port)) + "\n";
    for (const RoundResult& round : result.rounds) {
      text += fmt::format("Throughput: {:.2f} [reqests/sec], errors: {}\n", round.rps, round.errors);
    }
    text += "\n";
  }
  if (result.failed()) {
    text +=
        fmt::format("{} failed in round {}: {}\n\n", contestant.name, result.failed_round, result.failure);
  }
  return text;
}

}  // namespace

std::string log_head(const Plan& plan, const std::vector<LeftOut>& skipped) {
  const std::string warmup = duration_argument(plan.warmup);
  std::string text = fmt::format(
      "Each round: a fresh server, {} of warm-up that is not counted (load --warmup {}), then {} of load.\n"
      "The servers take turns, round by round. {}\n",
      warmup, warmup, duration_argument(plan.secs), placement(plan));
  for (const LeftOut& one : skipped) text += fmt::format("Skipped {}: {}\n", one.name, one.reason);
  return text + "\n";
}

std::string log_section(const Plan& plan, const Section& section, const SectionResult& result) {
  std::string blocks;
  for (std::size_t i = 0; i < result.size(); ++i) {
    blocks += block(plan, section, plan.contestants[i], result[i]);
  }
  if (blocks.empty()) return {};
  return section.title() + ".\n\n" + blocks;
}

}  // namespace suite
