#include "common/limits/tcp_round.h"

#include <fmt/format.h>

#include <future>
#include <optional>
#include <utility>

#include "common/limits/on_cpu.h"
#include "common/limits/raw_client.h"
#include "common/limits/raw_server.h"
#include "common/net/event_fd.h"
#include "common/net/listener.h"
#include "common/process/descriptors.h"

namespace suite::limits {
namespace {

// The program's own, a listener, two epolls and an event.
constexpr std::size_t kOtherDescriptors = 24;

std::expected<Listener, Error> listen_on_loopback(const Exchange& exchange) {
  const auto loopback = resolve("127.0.0.1", 0);
  if (!loopback) return std::unexpected(loopback.error());
  return Listener::open(loopback->front(), {.await_bytes = exchange.new_connection});
}

}  // namespace

std::expected<Sample, Error> tcp_round(const Exchange& exchange, const RoundPlan& plan) {
  const auto listener = listen_on_loopback(exchange);
  if (!listener) return std::unexpected(listener.error());
  const auto stop = EventFd::open();
  if (!stop) return std::unexpected(stop.error());
  const auto server_cpu = plan.cpus ? std::optional(plan.cpus->server) : std::nullopt;
  const auto client_cpu = plan.cpus ? std::optional(plan.cpus->client) : std::nullopt;

  std::promise<clockid_t> clock;
  auto server = on_cpu(server_cpu, {listener->fd(), stop->fd()}, [&] {
    clock.set_value(this_thread_clock());
    return serve_raw(exchange, listener->fd(), stop->fd());
  });
  const clockid_t server_clock = clock.get_future().get();
  std::expected<Sample, Error> sample;
  try {
    sample = on_cpu(client_cpu, {}, [&] {
               return load_raw(exchange, listener->endpoint(), plan.connections, Window(plan, server_clock));
             }).get();
  } catch (...) {  // the server's thread uses what is here
    stop->set();
    throw;
  }
  stop->set();
  if (const auto served = server.get(); !served) return std::unexpected(served.error());
  return sample;
}

std::expected<void, Error> check_descriptors(std::size_t connections) {
  const std::size_t needed = connections * (has_private_descriptor_tables() ? 1 : 2) + kOtherDescriptors;
  const std::size_t allowed = raise_descriptor_limit();
  if (needed <= allowed) return {};
  return std::unexpected(
      Error{.what = fmt::format("open {} connections", connections),
            .why = fmt::format("that takes {} descriptors, and {} are allowed", needed, allowed),
            .advice = fmt::format("ulimit -n {}", needed)});
}

}  // namespace suite::limits
