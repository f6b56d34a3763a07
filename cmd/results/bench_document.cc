#include "cmd/results/bench_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cmd/results/bench_records.h"
#include "cmd/results/environment_json.h"
#include "cmd/results/fields.h"
#include "cmd/results/header.h"
#include "cmd/results/json_text.h"
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

Json contestant_json(const BenchContestant& contestant) {
  Json object = {{"name", contestant.name},
                 {"workers", contestant.workers},
                 {"serve", contestant.serve},
                 {"load", contestant.load}};
  if (!contestant.twin_of.empty()) object["twin_of"] = contestant.twin_of;
  return object;
}

Json point_json(const std::optional<SweepPoint>& point) {
  if (!point) return nullptr;
  return {{"axis", name_of(point->axis)}, {"value", point->value}};
}

Json level_json(const std::optional<LoadLevel>& level) {
  if (!level) return nullptr;
  return {{"share", level->share ? Json(*level->share) : Json()},
          {"rate", level->rate ? Json(*level->rate) : Json()}};
}

Json section_json(const BenchSection& section) {
  Json contestants = Json::array();
  for (const BenchContestant& one : section.contestants) contestants.push_back(contestant_json(one));
  return {{"workload", section.workload},
          {"conns", section.conns},
          {"depth", section.depth},
          {"size", section.size > 0 ? Json(section.size) : Json()},
          {"sweep", point_json(section.point)},
          {"load_at", level_json(section.level)},
          {"ceiling", section.ceiling ? Json(limits::traits_of(*section.ceiling).name) : Json()},
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

// In schema 1 a contestant has its rounds and failure.
BenchContestant contestant_from(const Fields& fields, bool has_rounds) {
  BenchContestant contestant{.name = fields.text("name"),
                             .serve = fields.text("serve"),
                             .load = fields.text("load"),
                             .workers = fields.count("workers"),
                             .twin_of = fields.has("twin_of") ? fields.text("twin_of") : std::string(),
                             .failure = std::nullopt,
                             .rounds = {}};
  if (!has_rounds) return contestant;
  if (const auto failure = fields.object_or_null("failure")) {
    contestant.failure = {.round = failure->count("round"), .why = failure->text("why")};
  }
  for (const Fields& run : fields.objects("runs")) {
    contestant.rounds.push_back({.round = run.count("round"), .run = run_from(run)});
  }
  return contestant;
}

std::optional<SweepPoint> point_from(const Fields& section) {
  const auto point = section.object_if_there("sweep");
  if (!point) return std::nullopt;
  const auto axis = find_axis(point->text("axis"));
  if (!axis) point->complain("axis", "is none that this version knows");
  return SweepPoint{.axis = axis.value_or(Axis::kConns), .value = point->count("value")};
}

std::optional<LoadLevel> level_from(const Fields& section) {
  const auto level = section.object_if_there("load_at");
  if (!level) return std::nullopt;
  return LoadLevel{.share = level->number_or_null("share"), .rate = level->number_or_null("rate")};
}

BenchSection section_from(const Fields& fields, bool has_rounds) {
  BenchSection section{.workload = fields.text("workload"),
                       .conns = fields.count("conns"),
                       .depth = fields.count("depth"),
                       .point = point_from(fields),
                       .level = level_from(fields),
                       .contestants = {}};
  if (fields.has("ceiling"))
    section.ceiling = limits::find_figure(fields.text_or_null("ceiling").value_or(""));
  if (fields.has("size")) section.size = fields.count_or_null("size").value_or(0);
  for (const Fields& one : fields.objects("contestants")) {
    section.contestants.push_back(contestant_from(one, has_rounds));
  }
  return section;
}

// Whose record it is; nullptr, and a complaint, where there is no such contestant.
BenchContestant* contestant_of(BenchDocument& document, const Fields& record) {
  const std::uint64_t section = record.count("section"), contestant = record.count("contestant");
  if (section >= document.sections.size()) {
    record.complain("section", "names none of its sections");
  } else if (contestant >= document.sections[section].contestants.size()) {
    record.complain("contestant", "names none of the section's contestants");
  } else {
    return &document.sections[section].contestants[contestant];
  }
  return nullptr;
}

std::optional<DiscardedRun> discarded_from(const Fields& record) {
  const auto discarded = record.object_if_there("discarded");
  if (!discarded) return std::nullopt;
  return DiscardedRun{.rps = discarded->number("rps"),
                      .disturbance = disturbance_from(discarded->object("disturbance"))};
}

void add_record(BenchDocument& document, const Fields& record, std::uint64_t& order) {
  BenchContestant* contestant = contestant_of(document, record);
  if (contestant == nullptr) return;
  if (record.has("serve")) {
    contestant->serve = record.text("serve");
    contestant->load = record.text("load");
  } else if (record.has("failure")) {
    contestant->failure = {.round = record.count("round"), .why = record.text("failure"), .order = order++};
  } else {
    contestant->rounds.push_back({.round = record.count("round"),
                                  .run = run_from(record.object("run")),
                                  .discarded = discarded_from(record),
                                  .worker_requests = record.counts_if_there("worker_requests"),
                                  .order = order++});
  }
}

BenchDocument document_from(const Fields& fields) {
  const bool has_rounds = fields.count("schema") == 1;
  BenchDocument document{.suite = fields.text("suite"),
                         .config = config_from(fields.object("config")),
                         .environment = environment_from(fields.object("environment")),
                         .interrupted = false,
                         .skipped = {},
                         .sections = {}};
  if (const auto limits = fields.object_if_there("limits")) document.limits = machine_limits_from(*limits);
  for (const Fields& one : fields.objects("skipped")) {
    document.skipped.push_back({.name = one.text("name"), .reason = one.text("reason")});
  }
  for (const Fields& section : fields.objects("sections")) {
    document.sections.push_back(section_from(section, has_rounds));
  }
  return document;
}

std::expected<BenchDocument, std::string> read_whole(std::string_view text) {
  const auto parsed = parse_document(text, kBenchDocument);
  if (!parsed) return std::unexpected(parsed.error());
  Complaint complaint;
  const Fields fields(*parsed, "", complaint);
  BenchDocument document = document_from(fields);
  document.interrupted = fields.flag("interrupted");
  std::uint64_t order = 0;
  if (fields.count("schema") > 1) {
    for (const Fields& record : fields.objects("rounds")) add_record(document, record, order);
  }
  if (!complaint.empty()) return std::unexpected(complaint);
  return document;
}

// Two parts: what is before the records, and these.
std::expected<BenchDocument, std::string> read_parts(std::string_view head, std::string_view rest) {
  const auto parsed = parse_document(std::string(head) + "}", kBenchDocument);
  if (!parsed) return std::unexpected(parsed.error());
  Complaint complaint;
  BenchDocument document = document_from(Fields(*parsed, "", complaint));
  std::uint64_t order = 0;
  const auto end = read_records(rest, [&](const Json& record, std::size_t place) {
    add_record(document, Fields(record, fmt::format("rounds[{}]", place), complaint), order);
  });
  if (!end) return std::unexpected(end.error());
  document.complete = !end->is_null();
  if (document.complete) document.interrupted = Fields(*end, "", complaint).flag("interrupted");
  if (!complaint.empty()) return std::unexpected(complaint);
  return document;
}

/// What is to be written of a round or failure, and when.
struct Record {
  std::uint64_t order;
  std::size_t section, contestant;
  const BenchRound* round = nullptr;
  const BenchFailure* failure = nullptr;
};

std::vector<Record> records_of(const BenchDocument& document) {
  std::vector<Record> records;
  for (std::size_t i = 0; i < document.sections.size(); ++i) {
    const auto& contestants = document.sections[i].contestants;
    for (std::size_t j = 0; j < contestants.size(); ++j) {
      for (const BenchRound& round : contestants[j].rounds) {
        records.push_back({.order = round.order, .section = i, .contestant = j, .round = &round});
      }
      if (const auto& failure = contestants[j].failure) {
        records.push_back({.order = failure->order, .section = i, .contestant = j, .failure = &*failure});
      }
    }
  }
  std::ranges::stable_sort(records, {}, &Record::order);
  return records;
}

}  // namespace

std::expected<BenchDocument, std::string> read_bench_document(std::string_view text) {
  const std::size_t records = text.find(kRecordsBegin);
  // Schema 1, or written again by another program, or no document.
  if (records == std::string_view::npos) return read_whole(text);
  return read_parts(text.substr(0, records), text.substr(records + kRecordsBegin.size()));
}

std::string BenchDocumentWriter::head(const BenchDocument& document) {
  Json skipped = Json::array();
  for (const LeftOut& one : document.skipped) skipped.push_back({{"name", one.name}, {"reason", one.reason}});
  Json sections = Json::array();
  for (const BenchSection& section : document.sections) sections.push_back(section_json(section));
  const Json object = {{"schema", kBenchDocument.schema},
                       {"suite", document.suite},
                       {"kind", "bench"},
                       {"config", config_json(document.config)},
                       {"environment", environment_json(document.environment)},
                       {"limits", document.limits ? machine_limits_json(*document.limits) : Json()},
                       {"skipped", std::move(skipped)},
                       {"sections", std::move(sections)}};
  constexpr std::size_t kSpread = 2;
  std::string text = text_of(object, kSpread);
  text.resize(text.size() - std::string_view("\n}").size());
  return text.append(kRecordsBegin);
}

std::string BenchDocumentWriter::line(const Json& record) {
  return (std::exchange(first_, false) ? "" : ",") + text_of(record) + "\n";
}

std::string BenchDocumentWriter::round(std::size_t section, std::size_t contestant, const BenchRound& round) {
  Json record = {{"section", section}, {"contestant", contestant}, {"round", round.round}};
  if (const auto& discarded = round.discarded) {
    record["discarded"] = {{"rps", discarded->rps},
                           {"disturbance", disturbance_json(discarded->disturbance)}};
  }
  if (!round.worker_requests.empty()) record["worker_requests"] = round.worker_requests;
  record["run"] = run_json(round.run, HistogramForm::kPacked);
  return line(record);
}

std::string BenchDocumentWriter::failure(std::size_t section, std::size_t contestant,
                                         const BenchFailure& failure) {
  return line(
      {{"section", section}, {"contestant", contestant}, {"round", failure.round}, {"failure", failure.why}});
}

std::string BenchDocumentWriter::commands(std::size_t section, std::size_t contestant,
                                          const BenchContestant& moved) {
  return line(
      {{"section", section}, {"contestant", contestant}, {"serve", moved.serve}, {"load", moved.load}});
}

std::string BenchDocumentWriter::end(bool interrupted) { return records_end(interrupted); }

std::string bench_document_text(const BenchDocument& document) {
  BenchDocumentWriter writer;
  std::string text = BenchDocumentWriter::head(document);
  for (const Record& record : records_of(document)) {
    text += record.round != nullptr ? writer.round(record.section, record.contestant, *record.round)
                                    : writer.failure(record.section, record.contestant, *record.failure);
  }
  // One that was cut off stays so.
  return document.complete ? text + BenchDocumentWriter::end(document.interrupted) : text;
}

}  // namespace suite::results
