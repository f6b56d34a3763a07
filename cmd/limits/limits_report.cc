#include "cmd/limits/limits_report.h"

#include <fmt/format.h>

#include <cmath>

#include "cmd/cli/text_lines.h"
#include "cmd/cli/time_text.h"
#include "cmd/results/environment_json.h"
#include "cmd/results/json_text.h"
#include "common/base/units.h"

namespace suite::limits {
namespace {

constexpr std::size_t kColumns = 80;
// Half an interval: what two programs differ by is often less.
constexpr double kWideScatter = 0.10;

// "245,388", "8.50 GiB".
std::string rate_text(const FigureTraits& traits, double per_second) {
  if (traits.bytes == 0) return format_count(static_cast<std::uint64_t>(std::llround(per_second)));
  return format_size(
      static_cast<std::uint64_t>(std::llround(per_second * static_cast<double>(traits.bytes))));
}

std::string interval_text(const FigureTraits& traits, const Estimate& rate) {
  if (!rate.interval) return {};
  return fmt::format("{} to {}", rate_text(traits, rate.interval->low),
                     rate_text(traits, rate.interval->high));
}

std::string cpu_text(const std::vector<double>& samples) {
  const auto estimate = estimate_of(samples);
  return time_text(estimate ? std::optional(estimate->median / 1e9) : std::nullopt);
}

std::string line_of(std::string_view figure, std::string_view rate, std::string_view interval,
                    std::string_view server_cpu, std::string_view client_cpu) {
  const std::string line =
      fmt::format("{:<20} {:>11}  {:<24} {:>9} {:>10}", figure, rate, interval, server_cpu, client_cpu);
  return without_trailing_blanks(line) + "\n";
}

std::string row_of(const FigureRounds& rounds) {
  const FigureTraits& traits = traits_of(rounds.figure);
  const auto rate = estimate_of(rounds.per_second);
  if (!rate) return {};
  return line_of(traits.title, rate_text(traits, rate->median), interval_text(traits, *rate),
                 cpu_text(rounds.server_cpu_ns), cpu_text(rounds.client_cpu_ns));
}

std::string places_text(const results::MachineLimits& limits) {
  if (!limits.cpus) return "not pinned";
  return fmt::format("server on CPU {}, client on CPU {}", limits.cpus->server, limits.cpus->client);
}

// Half of there and back.
std::string wake_up_text(const results::MachineLimits& limits) {
  const FigureRounds* const rounds = limits.find(Figure::kWakeUp);
  if (rounds == nullptr) return {};
  const double both_ways = 1 / estimate_of(rounds->per_second)->median;  // seconds
  return fmt::format(" A thread that sleeps runs {} after it is woken.", time_text(both_ways / 2));
}

std::optional<std::string> scatter_warning(const results::MachineLimits& limits) {
  double widest = 0;
  std::size_t wide = 0;
  std::string_view title;
  for (const FigureRounds& rounds : limits.figures) {
    const auto rate = estimate_of(rounds.per_second);
    if (!rate || rate->scatter() <= kWideScatter) continue;
    ++wide;
    if (rate->scatter() <= widest) continue;
    widest = rate->scatter();
    title = traits_of(rounds.figure).name;
  }
  if (wide == 0) return std::nullopt;
  return fmt::format(
      "the rounds of {} of {} scatter by more than {:.0f} % ({}: {:.0f} %): something else uses this "
      "machine; "
      "stop it and run again",
      wide, format_items(limits.figures.size(), "figure"), kWideScatter * 100, title, widest * 100);
}

}  // namespace

std::vector<std::string> limits_warnings(const results::MachineLimits& limits,
                                         std::optional<double> cpu_quota) {
  std::vector<std::string> warnings;
  if (!limits.cpus) {
    warnings.emplace_back("server and client share one processor: with two, throughput is higher");
  } else if (cpu_quota && *cpu_quota < 2) {
    warnings.push_back(fmt::format(
        "this control group may use {:.2g} processors (cpu.max), and the loops use two: throughput is lower",
        *cpu_quota));
  }
  if (auto scatter = scatter_warning(limits)) warnings.push_back(*std::move(scatter));
  return warnings;
}

std::string limits_text(const results::MachineLimits& limits, const std::vector<std::string>& warnings) {
  std::string text = line_of("", "per second", "95 % interval", "server CPU", "client CPU");
  for (const FigureRounds& rounds : limits.figures) text += row_of(rounds);
  text += "\n";
  text +=
      wrapped(fmt::format("This is the least that an exchange over TCP costs on this machine, and what a "
                          "server can do at the most: bare epoll loops on 127.0.0.1, {} ({}), medians of {} "
                          "and CPU time per operation.{}",
                          format_items(limits.connections, "connection"), places_text(limits),
                          format_items(limits.rounds, "round"), wake_up_text(limits)),
              kColumns);
  for (const std::string& warning : warnings) text += wrapped("Warning: " + warning + ".", kColumns, 2);
  return text;
}

std::string limits_json(const results::MachineLimits& limits, const Environment& environment,
                        const std::vector<std::string>& warnings) {
  return results::text_of({{"schema", 1},
                           {"suite", environment.suite},
                           {"kind", "limits"},
                           {"environment", results::environment_json(environment)},
                           {"limits", results::machine_limits_json(limits)},
                           {"warnings", warnings}}) +
         "\n";
}

}  // namespace suite::limits
