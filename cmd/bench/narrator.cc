#include "cmd/bench/narrator.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>

#include "cmd/bench/log.h"
#include "common/base/units.h"

namespace suite::bench {

// "echo-d16, 100 connections, round 2 of 5, epoll"
std::string Narrator::where(const RoundId& id) const {
  const Section& section = plan_.sections[id.section];
  return fmt::format("{}, {}, round {} of {}, {}", section.workload.name,
                     format_items(section.conns, "connection"), id.round, plan_.rounds,
                     plan_.contestants[id.contestant].name);
}

void Narrator::clear_line() const {
  if (progress_ == Progress::kOverwrite) fmt::print(stderr, "\r\033[K");
}

void Narrator::round_begins(const RoundId& id) {
  if (progress_ != Progress::kOverwrite) return;
  clear_line();
  fmt::print(stderr, "{} ...", where(id));
  std::fflush(stderr);
}

void Narrator::round_ended(const RoundId& id, const RoundResult& result) {
  if (progress_ != Progress::kLines) return;
  fmt::print(stderr, "{}: {} req/s, errors: {}\n", where(id),
             format_count(static_cast<std::uint64_t>(std::llround(result.run.rps()))),
             result.run.counts.errors.total());
}

void Narrator::round_failed(const RoundId& id, const RoundFailure& failure) {
  clear_line();
  fmt::print(stderr, "suite bench: {}: {}\n", where(id), failure.why);
}

void Narrator::section_ended(std::size_t section, const SectionResult& result) {
  clear_line();
  fmt::print("{}", log_section(plan_, plan_.sections[section], result));
  std::fflush(stdout);
}

}  // namespace suite::bench
