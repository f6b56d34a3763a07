#include "cmd/bench/narrator.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "cmd/bench/log.h"
#include "cmd/cli/output.h"
#include "common/base/units.h"

namespace suite::bench {

using Clock = std::chrono::steady_clock;

Narrator::Narrator(const Plan& plan, Options options)
    : plan_(plan),
      progress_(options.progress),
      has_log_(options.has_log),
      has_result_file_(options.has_result_file),
      interrupt_fd_(options.interrupt_fd),
      done_(plan, Clock::now()),
      chart_(plan) {
  if (progress_ == Progress::kOverwrite) line_.emplace([this] { return live_text(); });
}

std::string Narrator::live_text() const {
  const TerminalStyle style = terminal_style();
  std::string text;
  for (const std::string& line : chart_.lines(style)) text += line + "\n";
  return text + done_.line(Clock::now(), style);
}

// "echo-d16, 100 connections, round 2 of 5, epoll"
std::string Narrator::where(const RoundId& id) const {
  const Section& section = plan_.sections[id.section];
  return fmt::format("{}, round {} of {}, {}", section.name(), id.round, plan_.rounds_of(section),
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

void Narrator::clear_line() {
  if (line_) line_->hide();
}

void Narrator::round_begins(const RoundId& id) {
  if (!line_) return;
  line_->show([&] {
    done_.round_begins(id, Clock::now());
    chart_.round_begins(id);
  });
}

void Narrator::round_repeats(const RoundId& id, const RoundResult& disturbed) {
  if (progress_ != Progress::kLines) return;
  print_stderr("{}: disturbed, and measured again: {}\n", where(id),
               disturbance_text(*disturbed.run.disturbance));
}

void Narrator::round_ended(const RoundId& id, const RoundResult& result) {
  if (line_) {
    line_->show([&] {
      done_.round_ended(id, Clock::now(), true);
      chart_.round_ended(id, result.run.rps());
    });
  }
  if (progress_ != Progress::kLines) return;
  print_stderr("{}: {} req/s, errors: {}\n", where(id),
               format_count(static_cast<std::uint64_t>(std::llround(result.run.rps()))),
               result.run.counts.errors.total());
}

void Narrator::round_failed(const RoundId& id, const RoundFailure& failure) {
  if (line_) {
    line_->show([&] {
      done_.round_ended(id, Clock::now(), false);
      chart_.round_failed(id);
    });
  }
  clear_line();
  print_stderr("suite bench: {}: {}\n", where(id), failure.why);
}

void Narrator::section_ended(std::size_t section, const SectionResult& result) {
  clear_line();
  if (has_log_) log(log_section(plan_, plan_.sections[section], result));
}

}  // namespace suite::bench
