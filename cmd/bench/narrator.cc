#include "cmd/bench/narrator.h"

#include <fmt/format.h>

#include <cmath>

#include "cmd/bench/log.h"
#include "cmd/cli/output.h"
#include "common/base/units.h"

namespace suite::bench {

// "echo-d16, 100 connections, round 2 of 5, epoll"
std::string Narrator::where(const RoundId& id) const {
  const Section& section = plan_.sections[id.section];
  return fmt::format("{}, {}, round {} of {}, {}", section.workload.name,
                     format_items(section.conns, "connection"), id.round, plan_.rounds,
                     plan_.contestants[id.contestant].name);
}

void Narrator::log(std::string_view text) {
  if (log_lost_) return;
  const auto written = write_stdout(text, interrupt_fd_);
  if (!written) lose_log(written.error());
}

void Narrator::lose_log(std::string_view why) {
  log_lost_ = true;
  clear_line();
  print_stderr("suite bench: cannot write to standard output: {}{}\n", why,
               has_result_file_ ? "; it goes on without its log, for the file of -o" : "");
}

bool Narrator::goes_on() {
  if (!log_lost_ && stdout_reader_is_gone()) lose_log("nobody reads it any more");
  return !log_lost_ || has_result_file_;
}

void Narrator::clear_line() const {
  if (progress_ == Progress::kOverwrite) write_stderr("\r\033[K");
}

void Narrator::round_begins(const RoundId& id) {
  if (progress_ != Progress::kOverwrite) return;
  clear_line();
  print_stderr("{} ...", where(id));
}

void Narrator::round_ended(const RoundId& id, const RoundResult& result) {
  if (progress_ != Progress::kLines) return;
  print_stderr("{}: {} req/s, errors: {}\n", where(id),
               format_count(static_cast<std::uint64_t>(std::llround(result.run.rps()))),
               result.run.counts.errors.total());
}

void Narrator::round_failed(const RoundId& id, const RoundFailure& failure) {
  clear_line();
  print_stderr("suite bench: {}: {}\n", where(id), failure.why);
}

void Narrator::section_ended(std::size_t section, const SectionResult& result) {
  clear_line();
  log(log_section(plan_, plan_.sections[section], result));
}

}  // namespace suite::bench
