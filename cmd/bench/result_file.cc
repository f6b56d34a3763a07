#include "cmd/bench/result_file.h"

#include <sys/utsname.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "cmd/bench/commands.h"
#include "cmd/bench/machine.h"
#include "suite_version.h"

namespace suite::bench {
namespace {

using Json = nlohmann::ordered_json;

double seconds_of(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

Json config_of(const Plan& plan) {
  return {{"rounds", plan.rounds},
          {"secs", seconds_of(plan.secs)},
          {"warmup", seconds_of(plan.warmup)},
          {"seed", plan.seed},
          {"server_cpus", plan.server_cpus},
          {"load_cpus", plan.load_cpus},
          {"http_limit", seconds_of(plan.http_limit)}};
}

Json environment() {
  utsname name{};
  ::uname(&name);
  const Machine machine = this_machine();
  return {{"system", name.sysname},
          {"release", name.release},
          {"machine", name.machine},
          {"usable_cpus", machine.cores},
          {"cpu", machine.cpu},
          {"memory_bytes", machine.memory_bytes},
          {"distribution", machine.distribution},
          {"compiler", machine.compiler},
          {"libraries", machine.libraries},
          {"commit", kCommit}};
}

Json contestant_of(const Plan& plan, const Section& section, const Contestant& contestant,
                   const ContestantResult& result) {
  Json runs = Json::array();
  for (const RoundResult& round : result.rounds) {
    Json run = Json::parse(round.run_json);
    run["round"] = round.round;
    runs.push_back(std::move(run));
  }
  Json failure;  // null
  if (result.failed()) failure = {{"round", result.failed_round}, {"why", result.failure}};
  return {{"name", contestant.name},       {"serve", serve_command(plan, contestant, result.port)},
          {"workers", contestant.workers}, {"load", load_command(plan, section, contestant, result.port)},
          {"failure", std::move(failure)}, {"runs", std::move(runs)}};
}

Json section_of(const Plan& plan, const Section& section, const SectionResult& result) {
  Json contestants = Json::array();
  for (const std::size_t i : plan.contestants_of(section)) {
    contestants.push_back(contestant_of(plan, section, plan.contestants[i], result[i]));
  }
  return {{"workload", section.workload.name},
          {"conns", section.conns},
          {"depth", section.workload.depth},
          {"contestants", std::move(contestants)}};
}

}  // namespace

std::string result_file_text(const Plan& plan, const std::vector<LeftOut>& left_out,
                             const BenchResult& result) {
  Json skipped = Json::array();
  for (const LeftOut& one : left_out) skipped.push_back({{"name", one.name}, {"reason", one.reason}});
  Json sections = Json::array();
  for (std::size_t i = 0; i < result.sections.size(); ++i) {
    sections.push_back(section_of(plan, plan.sections[i], result.sections[i]));
  }
  const Json document = {{"schema", 1},
                         {"suite", kVersion},
                         {"kind", "bench"},
                         {"config", config_of(plan)},
                         {"environment", environment()},
                         {"interrupted", result.signal != 0},
                         {"skipped", std::move(skipped)},
                         {"sections", std::move(sections)}};
  return document.dump() + "\n";
}

}  // namespace suite::bench
