#include "common/limits/probes.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "common/limits/exchange.h"
#include "common/limits/memory_copy.h"
#include "common/limits/tcp_round.h"
#include "common/limits/wake_up.h"
#include "common/process/affinity.h"

namespace suite::limits {
namespace {

constexpr std::uint64_t kPipelined = 16;

// What load and the servers of `suite bench` send, in length.
std::string request() { return "GET / HTTP/1.1\r\nHost: 127.0.0.1:3900\r\nUser-Agent: suite\r\n\r\n"; }

std::string response(std::size_t body) {
  return fmt::format(
      "HTTP/1.1 200 OK\r\nServer: suite\r\nDate: Sat, 28 Nov 2026 12:00:00 GMT\r\nContent-Type: text/html\r\n"
      "Content-Length: {}\r\nLast-Modified: Sat, 28 Nov 2026 11:00:00 GMT\r\nETag: "
      "\"28-1234567890abcdef\"\r\n"
      "Accept-Ranges: bytes\r\n\r\n{}",
      body, std::string(body, 'a'));
}

Exchange echo(std::uint64_t depth) {
  const std::string message = "hello world\n";
  return {.request = message, .response = message, .depth = depth};
}

Exchange http(std::uint64_t depth, std::size_t body) {
  return {.request = request(), .response = response(body), .depth = depth};
}

Exchange http_on_new_connections(std::size_t body) {
  return {.request = request(), .response = response(body), .new_connection = true};
}

Probe tcp_probe(Figure figure, Exchange exchange, const RoundPlan& plan) {
  return {.figure = figure,
          .measure = [plan, exchange = std::move(exchange)] { return tcp_round(exchange, plan); }};
}

}  // namespace

std::optional<RoundPlan::Cpus> spread_over_cpus() {
  const std::vector<int> cpus = usable_cpus();
  if (cpus.size() < 2) return std::nullopt;
  return RoundPlan::Cpus{.server = cpus[0], .client = cpus[1]};
}

std::vector<Probe> machine_probes(const RoundPlan& plan) {
  const auto copy = std::make_shared<MemoryCopy>();
  return {tcp_probe(Figure::kEcho, echo(1), plan),
          tcp_probe(Figure::kEchoPipelined, echo(kPipelined), plan),
          tcp_probe(Figure::kHttp, http(1, kSmallBytes), plan),
          tcp_probe(Figure::kHttpPipelined, http(kPipelined, kSmallBytes), plan),
          tcp_probe(Figure::kHttpClose, http_on_new_connections(kSmallBytes), plan),
          tcp_probe(Figure::kHttpLarge, http_on_new_connections(kLargeBytes), plan),
          tcp_probe(Figure::kBulk, http(1, kLargeBytes), plan),
          {.figure = Figure::kWakeUp, .measure = [plan] { return wake_up_round(plan); }},
          {.figure = Figure::kCopy,
           .measure = [plan, copy]() -> std::expected<Sample, Error> { return copy->round(plan); }}};
}

}  // namespace suite::limits
