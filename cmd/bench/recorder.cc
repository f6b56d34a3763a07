#include "cmd/bench/recorder.h"

#include <algorithm>
#include <utility>

#include "cmd/bench/commands.h"
#include "cmd/bench/document.h"
#include "cmd/cli/output.h"

namespace suite::bench {
namespace {

// As if nobody had to move, and before the first round.
BenchResult nothing_yet(const Plan& plan) {
  SectionResult everybody;
  for (const Contestant& contestant : plan.contestants) {
    everybody.push_back({.port = contestant.first_port, .rounds = {}, .failure = {}});
  }
  return {.sections = std::vector(plan.sections.size(), everybody)};
}

}  // namespace

Recorder::Recorder(const std::string& path, const Plan& plan, RunObserver& next, GrowingFile file)
    : path_(path), plan_(&plan), next_(&next), file_(std::move(file)) {
  std::vector<Known> first;
  for (const Contestant& contestant : plan.contestants) first.push_back({.port = contestant.first_port});
  known_.assign(plan.sections.size(), first);
}

std::expected<Recorder, std::string> Recorder::open(const std::string& path, const Plan& plan,
                                                    const std::vector<LeftOut>& skipped, RunObserver& next) {
  auto file = GrowingFile::open(path);
  if (!file) return std::unexpected(file.error());
  Recorder recorder(path, plan, next, std::move(*file));
  const auto head = results::BenchDocumentWriter::head(document_of(plan, skipped, nothing_yet(plan)));
  if (const auto written = recorder.file_.append(head); !written) return std::unexpected(written.error());
  return recorder;
}

std::size_t Recorder::place_of(const RoundId& id) const {
  const auto places = plan_->contestants_of(plan_->sections[id.section]);
  return static_cast<std::size_t>(std::ranges::find(places, id.contestant) - places.begin());
}

// Where a server had to listen elsewhere, and what it is asked for once that is known.
void Recorder::note_commands(const RoundId& id, const RoundResult& result) {
  Known now{.port = result.port, .rate = result.rate};
  if (std::exchange(known_[id.section][id.contestant], now) == now) return;
  const Section& section = plan_->sections[id.section];
  Contestant contestant = plan_->contestant_in(section, id.contestant);
  contestant.rate = result.rate;
  append(writer_.commands(id.section, place_of(id),
                          {.name = {},
                           .serve = serve_command(*plan_, contestant, result.port),
                           .load = load_command(*plan_, section, contestant, result.port)}));
}

void Recorder::append(std::string_view line) {
  const auto written = file_.append(line);
  if (written || std::exchange(failure_said_, true)) return;
  print_stderr("suite bench: cannot write {}: {}; it goes on, and tries again after each round\n", path_,
               written.error());
}

void Recorder::round_ended(const RoundId& id, const RoundResult& result) {
  note_commands(id, result);
  append(writer_.round(id.section, place_of(id), record_of(result)));
  next_->round_ended(id, result);
}

void Recorder::round_failed(const RoundId& id, const RoundFailure& failure) {
  append(writer_.failure(id.section, place_of(id), {.round = id.round, .why = failure.why}));
  next_->round_failed(id, failure);
}

std::expected<void, std::string> Recorder::finish(bool interrupted) {
  return file_.finish(results::BenchDocumentWriter::end(interrupted));
}

}  // namespace suite::bench
