#include "cmd/results/machine_limits.h"

#include <cmath>
#include <string>
#include <utility>

namespace suite::results {
namespace {

// More digits would be noise.
double to_hundredths(double value) { return std::round(value * 100) / 100; }

Json samples_json(const std::vector<double>& samples) {
  const auto estimate = limits::estimate_of(samples);
  if (!estimate) return nullptr;
  Json rounds = Json::array();
  for (const double sample : samples) rounds.push_back(to_hundredths(sample));
  const auto& interval = estimate->interval;
  return {{"median", to_hundredths(estimate->median)},
          {"low", interval ? Json(to_hundredths(interval->low)) : Json()},
          {"high", interval ? Json(to_hundredths(interval->high)) : Json()},
          {"rounds", std::move(rounds)}};
}

Json figure_json(const limits::FigureRounds& rounds) {
  const limits::FigureTraits& traits = limits::traits_of(rounds.figure);
  return {{"name", traits.name},
          {"bytes", traits.bytes > 0 ? Json(traits.bytes) : Json()},
          {"per_second", samples_json(rounds.per_second)},
          {"server_cpu_ns", samples_json(rounds.server_cpu_ns)},
          {"client_cpu_ns", samples_json(rounds.client_cpu_ns)}};
}

std::vector<double> samples_from(const Fields& figure, std::string_view name) {
  const auto samples = figure.object_or_null(name);
  return samples ? samples->numbers("rounds") : std::vector<double>();
}

Json cpu_json(const std::optional<limits::RoundPlan::Cpus>& cpus, int limits::RoundPlan::Cpus::* side) {
  return cpus ? Json((*cpus).*side) : Json();
}

}  // namespace

Json machine_limits_json(const MachineLimits& limits) {
  Json figures = Json::array();
  for (const limits::FigureRounds& one : limits.figures) figures.push_back(figure_json(one));
  return {{"connections", limits.connections},
          {"rounds", limits.rounds},
          {"seconds", seconds_of(limits.length)},
          {"server_cpu", cpu_json(limits.cpus, &limits::RoundPlan::Cpus::server)},
          {"client_cpu", cpu_json(limits.cpus, &limits::RoundPlan::Cpus::client)},
          {"figures", std::move(figures)}};
}

MachineLimits machine_limits_from(const Fields& fields) {
  MachineLimits limits{.connections = fields.count("connections"),
                       .rounds = fields.count("rounds"),
                       .length = fields.duration("seconds")};
  const auto server = fields.count_or_null("server_cpu"), client = fields.count_or_null("client_cpu");
  if (server && client) limits.cpus = {static_cast<int>(*server), static_cast<int>(*client)};
  for (const Fields& one : fields.objects("figures")) {
    const auto figure = limits::find_figure(one.text("name"));
    if (!figure) continue;
    limits.figures.push_back({.figure = *figure,
                              .per_second = samples_from(one, "per_second"),
                              .server_cpu_ns = samples_from(one, "server_cpu_ns"),
                              .client_cpu_ns = samples_from(one, "client_cpu_ns")});
  }
  return limits;
}

}  // namespace suite::results
