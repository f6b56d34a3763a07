#include "client/limits/tool_cost.h"

#include <memory>
#include <utility>

#include "client/load_run.h"
#include "common/net/event_fd.h"

namespace suite::limits {
namespace {

LoadPlan null_load(const RoundPlan& plan) {
  return {.connections = plan.connections,
          .duration = plan.length,
          .warmup = plan.warmup,
          .protocol = EchoPlan{.payload = {.text = "hello world\n", .size = 12}},
          .driver = DriverKind::kNull,
          .pin = plan.cpus.has_value()};
}

std::expected<Sample, Error> tool_round(const LoadPlan& plan, const EventFd& interrupt) {
  const auto result = run_load(plan, interrupt);
  if (!result) return std::unexpected(result.error());
  if (result->failure) return std::unexpected(*result->failure);
  return Sample{
      .operations = result->counts.completed, .elapsed = result->measured, .client_cpu = result->client_cpu};
}

}  // namespace

std::expected<Probe, Error> tool_probe(const RoundPlan& plan) {
  auto interrupt = EventFd::open();
  if (!interrupt) return std::unexpected(interrupt.error());
  return Probe{.figure = Figure::kTool,
               .measure = [load = null_load(plan), never = std::make_shared<EventFd>(std::move(*interrupt))] {
                 return tool_round(load, *never);
               }};
}

}  // namespace suite::limits
