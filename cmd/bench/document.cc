#include "cmd/bench/document.h"

#include <utility>

#include "cmd/bench/commands.h"
#include "cmd/version.h"

namespace suite::bench {
namespace {

results::BenchContestant contestant_of(const Plan& plan, const Section& section, const Contestant& contestant,
                                       ContestantResult result) {
  results::BenchContestant one{.name = contestant.name,
                               .serve = serve_command(plan, contestant, result.port),
                               .load = load_command(plan, section, contestant, result.port),
                               .workers = contestant.workers,
                               .twin_of = contestant.twin_of,
                               .failure = {},
                               .rounds = {}};
  if (result.failed()) one.failure = {.round = result.failed_round, .why = std::move(result.failure)};
  for (RoundResult& round : result.rounds) one.rounds.push_back(record_of(std::move(round)));
  return one;
}

// The bare loops did the same, with as many connections.
std::optional<limits::Figure> ceiling_of(const Plan& plan, const Section& section) {
  if (!plan.limits || plan.limits->connections != section.conns || section.level) return std::nullopt;
  if (section.point && section.point->axis != results::Axis::kConns) return std::nullopt;
  const BenchWorkload* const usual = find_workload(section.workload.name);
  const bool as_usual =
      usual != nullptr && usual->depth == section.workload.depth && usual->size == section.workload.size;
  return as_usual ? section.workload.ceiling : std::nullopt;
}

results::BenchSection section_of(const Plan& plan, const Section& section, SectionResult result) {
  results::BenchSection one{.workload = std::string(section.workload.name),
                            .conns = section.conns,
                            .depth = section.workload.depth,
                            .size = section.workload.size,
                            .point = section.point,
                            .level = section.level,
                            .ceiling = ceiling_of(plan, section),
                            .contestants = {}};
  for (const std::size_t place : plan.contestants_of(section)) {
    Contestant contestant = plan.contestant_in(section, place);
    contestant.rate = result[place].rate;
    one.contestants.push_back(contestant_of(plan, section, contestant, std::move(result[place])));
  }
  return one;
}

}  // namespace

results::BenchDocument document_of(const Plan& plan, const std::vector<LeftOut>& skipped,
                                   BenchResult result) {
  results::BenchDocument document{.suite = version_number(),
                                  .config = {.rounds = plan.rounds,
                                             .secs = plan.secs,
                                             .warmup = plan.warmup,
                                             .seed = plan.seed,
                                             .server_cpus = plan.server_cpus,
                                             .load_cpus = plan.load_cpus,
                                             .http_limit = plan.http_limit},
                                  .environment = this_environment(),
                                  .limits = plan.limits,
                                  .interrupted = result.signal != 0,
                                  .skipped = skipped,
                                  .sections = {}};
  for (std::size_t i = 0; i < result.sections.size(); ++i) {
    document.sections.push_back(section_of(plan, plan.sections[i], std::move(result.sections[i])));
  }
  return document;
}

}  // namespace suite::bench
