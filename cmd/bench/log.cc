#include "cmd/bench/log.h"

#include <fmt/format.h>

#include <algorithm>

#include "cmd/bench/commands.h"
#include "cmd/bench/http_log.h"
#include "cmd/bench/stand_ins.h"
#include "cmd/version.h"
#include "common/base/units.h"

namespace suite::bench {
namespace {

// The first half is that of the table which this one reproduces.
constexpr std::string_view kCoroutineRemark =
    "上面的服务器每次连接没有建立协程。 The servers above have no coroutine per connection, those below have "
    "one.\n\n";

std::string placement(const Plan& plan) {
  if (plan.server_cpus.empty() || plan.load_cpus.empty()) {
    return "Server and load share one processor, and so take time from each other.";
  }
  std::string text = fmt::format("The server runs on processor {}, the load on processor {}.",
                                 plan.server_cpus.front(), plan.load_cpus.front());
  if (std::ranges::any_of(plan.contestants, [](const Contestant& one) { return one.workers > 1; })) {
    text += plan.server_cpus.size() == 1
                ? "\nSeveral workers share the server's processor, and cannot be faster than one."
                : fmt::format("\nSeveral workers have as many of the processors {} as there are of them.",
                              fmt::join(plan.server_cpus, ","));
  }
  return text;
}

bool has_echo(const Plan& plan) {
  return std::ranges::find(plan.sections, ServerKind::kEcho, &Section::kind) != plan.sections.end();
}

// One sweep after the other: what all of its points have in common.
std::string sweep_remarks(const Plan& plan) {
  std::string text;
  std::size_t series = 0;
  for (const Section& section : plan.sections) {
    if (!section.point || section.series == series) continue;
    series = section.series;
    text += sweep_remark(plan, section);
  }
  return text;
}

std::string echo_lines(const ContestantResult& result) {
  std::string text;
  for (const RoundResult& round : result.rounds) {
    text += fmt::format("Throughput: {:.2f} [reqests/sec], errors: {}\n", round.run.rps(),
                        round.run.counts.errors.total());
  }
  return text;
}

// Free text below the block: of the rounds that were measured again, and of those that stayed disturbed.
std::string disturbance_remarks(const Contestant& contestant, const ContestantResult& result) {
  std::string text;
  for (const RoundResult& round : result.rounds) {
    const auto& discarded = round.discarded;
    if (!discarded && !round.run.is_disturbed()) continue;
    text += fmt::format("{}, round {}: disturbed", contestant.name, round.round);
    if (discarded) {
      text += fmt::format(" ({}), measured again", disturbance_text(discarded->disturbance));
      if (round.run.is_disturbed()) text += ", and disturbed both times";
    }
    if (round.run.is_disturbed()) text += fmt::format(" ({})", disturbance_text(*round.run.disturbance));
    text += ".\n";
  }
  return text.empty() ? text : text + "\n";
}

std::string block(const Plan& plan, const Section& section, const Contestant& contestant,
                  const ContestantResult& result) {
  std::string text;
  if (!result.rounds.empty()) {
    text += load_command(plan, section, contestant, result.port) + "\n\n";
    text += serve_command(plan, contestant, result.port) + "\n";
    text += (section.workload.counted() ? http_report(result) : echo_lines(result)) + "\n";
    text += disturbance_remarks(contestant, result);
  }
  if (result.failed()) {
    text += fmt::format("{} {} in round {}: {}{}\n\n", contestant.name,
                        section.series == 0 ? "failed" : "stopped here,", result.failed_round, result.failure,
                        section.series == 0 ? "" : "; it is left out of what follows in this series");
  }
  return text;
}

}  // namespace

std::string disturbance_text(const Disturbance& disturbance) {
  const auto seconds = [](std::chrono::nanoseconds time) {
    return fmt::format("{:.2f} s", std::chrono::duration<double>(time).count());
  };
  std::string text;
  if (disturbance.others)
    text = fmt::format("other programs used {} of its processors", seconds(*disturbance.others));
  if (disturbance.stolen.count() > 0 || text.empty()) {
    text += fmt::format("{}the host of this machine took {}", text.empty() ? "" : ", ",
                        seconds(disturbance.stolen));
  }
  return text;
}

std::string log_head(const Plan& plan, const std::vector<LeftOut>& skipped) {
  const std::string warmup = duration_argument(plan.warmup);
  std::string text = fmt::format(
      "Each round: a fresh server, {} of warm-up that is not counted (load --warmup {}){}.\n"
      "The servers take turns, round by round. {}\n",
      warmup, warmup, has_echo(plan) ? fmt::format(", then {} of load", duration_argument(plan.secs)) : "",
      placement(plan));
  text += sweep_remarks(plan);
  if (plan.has_counted() || !plan.page_sizes().empty()) text += http_remarks(plan);
  for (const LeftOut& one : skipped) text += fmt::format("Skipped {}: {}\n", one.name, one.reason);
  return text + "\n";
}

std::string sweep_remark(const Plan& plan, const Section& first) {
  const auto in_series = [&first](const Section& one) { return one.series == first.series; };
  const auto last = std::ranges::find_if(plan.sections.rbegin(), plan.sections.rend(), in_series);
  const results::Axis axis = first.point->axis;
  std::string text = fmt::format(
      "Sweep of {} over {}: {} points, {} to {}, {} of {}.\nAt each the client has {}", first.workload.name,
      title_of(axis), std::ranges::count_if(plan.sections, in_series), format_count(first.point->value),
      format_count(last->point->value), format_items(plan.rounds_of(first), "round"),
      duration_argument(plan.secs_of(first)), format_items(first.spread.threads, "thread"));
  if (first.spread.sources > 1) text += fmt::format(" and {} source addresses", first.spread.sources);
  if (axis != results::Axis::kWorkers) {
    const std::size_t workers = first.workers > 0 ? first.workers : std::max<std::size_t>(first.at_least, 1);
    text += fmt::format(", each server {}", format_items(workers, "worker"));
  }
  return text + ": what the largest point needs.\n";
}

std::string log_end(const Plan& plan, const BenchResult& result) {
  std::string text = plan.has_http() ? http_table(plan, result) : "";
  text += stand_ins_text(plan, result);
  if (plan.has_http()) text += environment_text(this_environment());
  return text;
}

std::string environment_text(const Environment& environment) {
  std::string text = "Environment\n~~~~~~~~~~~\n";
  const auto add = [&text](std::string_view line) {
    if (!line.empty()) text += fmt::format("* {}\n", line);
  };
  add(environment.cpu);
  add(format_items(environment.usable_cpus, "usable processor"));
  if (environment.memory_bytes > 0) add(format_size(environment.memory_bytes) + " of RAM");
  add(environment.distribution);
  add(kernel_text(environment));
  add(environment.compiler);
  add(environment.libraries);
  return text;
}

std::string log_section(const Plan& plan, const Section& section, const SectionResult& result) {
  std::string without, with;  // a coroutine per connection
  for (std::size_t i = 0; i < result.size(); ++i) {
    Contestant contestant = plan.contestant_in(section, i);
    contestant.rate = result[i].rate;
    const bool below = contestant.coroutine_per_connection && !section.workload.http;
    (below ? with : without) += block(plan, section, contestant, result[i]);
  }
  if (without.empty() && with.empty()) return {};
  const std::string_view between = without.empty() || with.empty() ? "" : kCoroutineRemark;
  return fmt::format("{}.\n\n{}{}{}", section.title(), without, between, with);
}

}  // namespace suite::bench
