#include "cmd/bench/run_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/base/units.h"

namespace suite::bench {
namespace {

using std::chrono::nanoseconds;

// "1:05", "1:02:05"
std::string clock_text(nanoseconds time) {
  const auto whole = std::chrono::round<std::chrono::seconds>(time).count();
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

void add_bar(TerminalLine& line, double share, const TerminalStyle& style) {
  const std::size_t columns = style.columns >= 100 ? 24 : 12;
  const auto full = static_cast<std::size_t>(std::floor(share * static_cast<double>(columns)));
  std::string bar;
  for (std::size_t i = 0; i < columns; ++i) {
    bar += i < full ? (style.unicode ? "█" : "#") : (style.unicode ? "░" : ".");
  }
  line.add(bar, columns, kCyan);
}

}  // namespace

void RunProgress::round_begins(const RoundId& id, Time now) {
  const std::size_t contestants = plan_.contestants.size();
  if (rounds_left_.size() != contestants || id.section != at_.section) {
    rounds_left_.assign(contestants, plan_.rounds_of(plan_.sections[id.section]));
  }
  at_ = id;
  in_round_ = true;
  round_start_ = now;
}

void RunProgress::round_ended(const RoundId& id, Time now, bool goes_on) {
  estimated_ += running();
  taken_ += now - round_start_;
  in_round_ = false;
  const Section& section = plan_.sections[id.section];
  rounds_left_[id.contestant] = goes_on ? plan_.rounds_of(section) - id.round : 0;
  const std::size_t series = section.series;
  if (!goes_on && series != 0) out_.emplace(series, id.contestant);
}

double RunProgress::stretch() const { return estimated_.count() > 0 ? taken_ / estimated_ : 1; }

RunProgress::Estimate RunProgress::running() const {
  if (!in_round_) return Estimate(0);
  return estimated_round(plan_, plan_.sections[at_.section], plan_.contestants[at_.contestant]);
}

RunProgress::Estimate RunProgress::rest() const {
  Estimate sum(0);
  for (std::size_t i = at_.section; i < plan_.sections.size(); ++i) {
    const Section& section = plan_.sections[i];
    const bool begun = i == at_.section && !rounds_left_.empty();
    for (const std::size_t place : plan_.contestants_of(section)) {
      if (out_.contains({section.series, place})) continue;
      const auto rounds = static_cast<double>(begun ? rounds_left_[place] : plan_.rounds_of(section));
      sum += rounds * Estimate(estimated_round(plan_, section, plan_.contestants[place]));
    }
  }
  return sum;
}

nanoseconds RunProgress::left(Time now) const {
  Estimate left = rest() * stretch();
  if (in_round_) left -= std::min<Estimate>(now - round_start_, running() * stretch());
  return duration_cast<nanoseconds>(left);
}

double RunProgress::share_done(Time now) const {
  Estimate done = estimated_;
  if (in_round_) done += std::min<Estimate>(Estimate(now - round_start_) / stretch(), running());
  const Estimate all = estimated_ + rest();
  return all.count() > 0 ? std::clamp(done / all, 0.0, 1.0) : 1;
}

std::string RunProgress::cell() const {
  const Section& section = plan_.sections[at_.section];
  return fmt::format("{}, round {} of {}, {}", section.name(), at_.round, plan_.rounds_of(section),
                     plan_.contestants[at_.contestant].name);
}

std::string RunProgress::short_cell() const {
  const Section& section = plan_.sections[at_.section];
  return fmt::format("{} {} {}/{} {}", section.workload.name, section.short_point(), at_.round,
                     plan_.rounds_of(section), plan_.contestants[at_.contestant].name);
}

std::string RunProgress::line(Time now, const TerminalStyle& style) const {
  TerminalLine line(style);
  const double share = share_done(now);
  add_bar(line, share, style);
  line.add(fmt::format("{:>2.0f} %", std::floor(share * 100)));
  line.add(fmt::format("{} elapsed, {} left", clock_text(elapsed(now)), clock_text(left(now))));
  const std::string whole = cell(), brief = short_cell();
  if (line.fits(whole.size())) {
    line.add(whole);
  } else if (line.fits(brief.size())) {
    line.add(brief);
  } else if (line.room() > 8) {  // a name that is too long loses its end
    line.add(brief.substr(0, line.room() - 2));
  }
  return line.take();
}

}  // namespace suite::bench
