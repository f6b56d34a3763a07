#include "cmd/results/bench_document.h"

#include "cmd/results/fields.h"
#include "cmd/results/header.h"
#include "cmd/results/load_run_json.h"

namespace suite::results {
namespace {

// --- writing

Json config_json(const BenchConfig& config) {
  return {{"rounds", config.rounds},
          {"secs", seconds_of(config.secs)},
          {"warmup", seconds_of(config.warmup)},
          {"seed", config.seed},
          {"server_cpus", config.server_cpus},
          {"load_cpus", config.load_cpus},
          {"http_limit", seconds_of(config.http_limit)}};
}

Json environment_json(const Environment& environment) {
  return {{"system", environment.system},
          {"release", environment.release},
          {"machine", environment.machine},
          {"usable_cpus", environment.usable_cpus},
          {"cpu", environment.cpu},
          {"memory_bytes", environment.memory_bytes},
          {"distribution", environment.distribution},
          {"compiler", environment.compiler},
          {"libraries", environment.libraries},
          {"commit", environment.commit}};
}

Json contestant_json(const BenchContestant& contestant) {
  Json runs = Json::array();
  for (const BenchRound& round : contestant.rounds) {
    runs.push_back(run_json(round.run, HistogramForm::kPacked));
    runs.back()["round"] = round.round;
  }
  Json failure;
  if (contestant.failure) failure = {{"round", contestant.failure->round}, {"why", contestant.failure->why}};
  return {{"name", contestant.name}, {"serve", contestant.serve},     {"workers", contestant.workers},
          {"load", contestant.load}, {"failure", std::move(failure)}, {"runs", std::move(runs)}};
}

Json section_json(const BenchSection& section) {
  Json contestants = Json::array();
  for (const BenchContestant& one : section.contestants) contestants.push_back(contestant_json(one));
  return {{"workload", section.workload},
          {"conns", section.conns},
          {"depth", section.depth},
          {"contestants", std::move(contestants)}};
}

// --- reading

BenchConfig config_from(const Fields& fields) {
  return {.rounds = fields.count("rounds"),
          .secs = fields.duration("secs"),
          .warmup = fields.duration("warmup"),
          .seed = fields.count("seed"),
          .server_cpus = fields.integers("server_cpus"),
          .load_cpus = fields.integers("load_cpus"),
          .http_limit = fields.duration("http_limit")};
}

Environment bench_environment_from(const Fields& fields) {
  return {.system = fields.text("system"),
          .release = fields.text("release"),
          .machine = fields.text("machine"),
          .usable_cpus = fields.count("usable_cpus"),
          .cpu = fields.text("cpu"),
          .memory_bytes = fields.count("memory_bytes"),
          .distribution = fields.text("distribution"),
          .compiler = fields.text("compiler"),
          .libraries = fields.text("libraries"),
          .commit = fields.text("commit")};
}

BenchContestant contestant_from(const Fields& fields) {
  BenchContestant contestant{.name = fields.text("name"),
                             .serve = fields.text("serve"),
                             .load = fields.text("load"),
                             .workers = fields.count("workers"),
                             .failure = std::nullopt,
                             .rounds = {}};
  if (const auto failure = fields.object_or_null("failure")) {
    contestant.failure = {.round = failure->count("round"), .why = failure->text("why")};
  }
  for (const Fields& run : fields.objects("runs")) {
    contestant.rounds.push_back({.round = run.count("round"), .run = run_from(run)});
  }
  return contestant;
}

BenchSection section_from(const Fields& fields) {
  BenchSection section{.workload = fields.text("workload"),
                       .conns = fields.count("conns"),
                       .depth = fields.count("depth"),
                       .contestants = {}};
  for (const Fields& one : fields.objects("contestants")) section.contestants.push_back(contestant_from(one));
  return section;
}

}  // namespace

std::expected<BenchDocument, std::string> read_bench_document(std::string_view text) {
  const auto parsed = parse_document(text, "bench");
  if (!parsed) return std::unexpected(parsed.error());
  Complaint complaint;
  const Fields fields(*parsed, "", complaint);
  BenchDocument document{.suite = fields.text("suite"),
                         .config = config_from(fields.object("config")),
                         .environment = bench_environment_from(fields.object("environment")),
                         .interrupted = fields.flag("interrupted"),
                         .skipped = {},
                         .sections = {}};
  for (const Fields& one : fields.objects("skipped")) {
    document.skipped.push_back({.name = one.text("name"), .reason = one.text("reason")});
  }
  for (const Fields& section : fields.objects("sections")) document.sections.push_back(section_from(section));
  if (!complaint.empty()) return std::unexpected(complaint);
  return document;
}

std::string bench_document_text(const BenchDocument& document) {
  Json skipped = Json::array();
  for (const LeftOut& one : document.skipped) skipped.push_back({{"name", one.name}, {"reason", one.reason}});
  Json sections = Json::array();
  for (const BenchSection& section : document.sections) sections.push_back(section_json(section));
  const Json object = {{"schema", kSchema},
                       {"suite", document.suite},
                       {"kind", "bench"},
                       {"config", config_json(document.config)},
                       {"environment", environment_json(document.environment)},
                       {"interrupted", document.interrupted},
                       {"skipped", std::move(skipped)},
                       {"sections", std::move(sections)}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace suite::results
