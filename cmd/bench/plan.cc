#include "cmd/bench/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "client/reports/shell_quoted.h"
#include "cmd/bench/pages.h"
#include "common/base/units.h"

namespace suite {
namespace {

using std::chrono::nanoseconds;

constexpr std::uint64_t kRequests = 50'000;  // as many as ab was told to make in what this descends from

constexpr std::array kWorkloads{
    BenchWorkload{.name = "echo-d1", .title = "Echo", .depth = 1, .http = std::nullopt},
    BenchWorkload{.name = "echo-d16", .title = "Echo", .depth = 16, .http = std::nullopt},
    BenchWorkload{.name = "http-keepalive",
                  .title = "HTTP, the page of 40 bytes, keep-alive",
                  .depth = 1,
                  .http = HttpRequests{.path = "/",
                                       .connections = Connections::kKeptAlive,
                                       .count = kRequests,
                                       .usual_rps = 120'000,
                                       .usual_peer_rps = 20'000,
                                       .ok_statuses = {}}},
    BenchWorkload{.name = "http-close",
                  .title = "HTTP, the page of 40 bytes, a new connection for each request",
                  .depth = 1,
                  .http = HttpRequests{.path = "/",
                                       .connections = Connections::kOnePerRequest,
                                       .count = kRequests,
                                       .usual_rps = 28'000,
                                       .usual_peer_rps = 7'000,
                                       .ok_statuses = {}}},
    BenchWorkload{.name = "http-404",
                  .title = "HTTP, a page that is not there, a new connection for each request",
                  .depth = 1,
                  .http = HttpRequests{.path = "/missing",
                                       .connections = Connections::kOnePerRequest,
                                       .count = kRequests,
                                       .usual_rps = 28'000,
                                       .usual_peer_rps = 7'000,
                                       .ok_statuses = "404"}},
    BenchWorkload{.name = "http-large",
                  .title = "HTTP, the page of 954,824 bytes, a new connection for each request",
                  .depth = 1,
                  .http = HttpRequests{.path = kLargePath,
                                       .connections = Connections::kOnePerRequest,
                                       .count = kRequests,
                                       .usual_rps = 8'000,
                                       .usual_peer_rps = 1'000,
                                       .ok_statuses = {}}},
    BenchWorkload{.name = "http-sequential",
                  .title = "HTTP, 10,000 different URLs of the page of 40 bytes, one after the other",
                  .depth = 1,
                  .http = HttpRequests{.path = "/",
                                       .connections = Connections::kOneAtATime,
                                       .count = kUrls,
                                       .usual_rps = 16'000,
                                       .usual_peer_rps = 4'500,
                                       .ok_statuses = {}}},
};

// Starting a server, connecting and stopping, as seen on a small machine.
constexpr std::chrono::milliseconds kRoundOverhead{150}, kPeerOverhead{600};

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", format_count(count), noun, count == 1 ? "" : "s");
}

// Whole seconds as a bare number, the way a user types them.
std::string seconds_argument(nanoseconds duration) {
  std::string text = duration_argument(duration);
  if (text.ends_with('s') && text.find_first_not_of("0123456789") == text.size() - 1) text.pop_back();
  return text;
}

std::uint64_t requests_of(const HttpRequests& http, const Contestant& contestant) {
  return contestant.is_peer() ? std::min(http.count, kPeerRequests) : http.count;
}

nanoseconds longest_round(const Plan& plan, const Section& section, const Contestant& /*any*/) {
  return section.workload.http ? plan.http_limit : plan.secs;
}

nanoseconds usual_round(const Plan& plan, const Section& section, const Contestant& contestant) {
  const auto& http = section.workload.http;
  if (!http) return plan.secs;
  const auto count = static_cast<double>(requests_of(*http, contestant));
  const auto rps = static_cast<double>(contestant.is_peer() ? http->usual_peer_rps : http->usual_rps);
  return std::min(plan.http_limit, duration_cast<nanoseconds>(std::chrono::duration<double>(count / rps)));
}

nanoseconds sum_of_rounds(const Plan& plan,
                          nanoseconds (*round)(const Plan&, const Section&, const Contestant&)) {
  nanoseconds sum{};
  for (const Section& section : plan.sections) {
    for (const std::size_t place : plan.contestants_of(section)) {
      const Contestant& contestant = plan.contestants[place];
      const nanoseconds overhead = contestant.is_peer() ? kPeerOverhead : kRoundOverhead;
      sum += (round(plan, section, contestant) + plan.warmup + overhead) * plan.rounds;
    }
  }
  return sum;
}

std::string shown(std::string_view program, const std::vector<std::string>& arguments) {
  std::string text = shell_quoted(program);
  for (const std::string& argument : arguments) text += " " + shell_quoted(argument);
  return text;
}

std::vector<std::string> http_load_arguments(const Plan& plan, const Section& section,
                                             const Contestant& contestant, int port) {
  const HttpRequests& http = *section.workload.http;
  std::vector<std::string> arguments{"load", fmt::format("http://127.0.0.1:{}{}", port, http.path),
                                     "-n",   std::to_string(requests_of(http, contestant)),
                                     "-c",   std::to_string(section.conns)};
  if (http.connections != Connections::kKeptAlive) arguments.emplace_back("--no-keepalive");
  if (section.workload.one_at_a_time()) {
    arguments.insert(arguments.end(), {"--urls", urls_in(plan.folder)});
  }
  if (!http.ok_statuses.empty()) {
    arguments.insert(arguments.end(), {"--ok-status", std::string(http.ok_statuses)});
  }
  arguments.insert(arguments.end(), {"--format", "ab", "-d", seconds_argument(plan.http_limit)});
  return arguments;
}

}  // namespace

std::span<const BenchWorkload> workloads() { return kWorkloads; }

std::string Section::title() const {
  if (workload.one_at_a_time()) return std::string(workload.title);
  std::string text = fmt::format("{}, {}", workload.title, counted(conns, "connection"));
  if (!workload.http) text += fmt::format(", {} in flight on each", counted(workload.depth, "request"));
  return text;
}

bool Contestant::takes_part_in(const BenchWorkload& workload) const {
  if ((kind == ServerKind::kHttp) != workload.http.has_value()) return false;
  return workloads.empty() || std::ranges::find(workloads, workload.name) != workloads.end();
}

bool Plan::has_http() const {
  return std::ranges::any_of(sections,
                             [](const Section& section) { return section.workload.http.has_value(); });
}

std::vector<std::size_t> Plan::contestants_of(const Section& section) const {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < contestants.size(); ++i) {
    if (contestants[i].takes_part_in(section.workload)) places.push_back(i);
  }
  return places;
}

std::uint64_t Plan::rounds_in_all() const {
  std::uint64_t sum = 0;
  for (const Section& section : sections) sum += contestants_of(section).size() * rounds;
  return sum;
}

nanoseconds estimated_duration(const Plan& plan) { return sum_of_rounds(plan, usual_round); }

nanoseconds longest_duration(const Plan& plan) { return sum_of_rounds(plan, longest_round); }

std::vector<std::string> serve_arguments(const Plan& plan, const Contestant& contestant, int port) {
  std::vector<std::string> arguments = contestant.serve;
  if (contestant.kind == ServerKind::kHttp) {
    arguments.insert(arguments.end(), {"-r", pages_in(plan.folder), "-p", std::to_string(port)});
  } else {
    arguments.insert(arguments.end(), {"--port", std::to_string(port)});
  }
  return arguments;
}

std::vector<std::string> load_arguments(const Plan& plan, const Section& section,
                                        const Contestant& contestant, int port) {
  if (section.workload.http) return http_load_arguments(plan, section, contestant, port);
  return {"load",
          "--conns",
          std::to_string(section.conns),
          "--secs",
          seconds_argument(plan.secs),
          "--depth",
          std::to_string(section.workload.depth),
          "--port",
          std::to_string(port)};
}

std::string serve_command(const Plan& plan, const Contestant& contestant, int port) {
  return shown(contestant.is_peer() ? contestant.program : "suite", serve_arguments(plan, contestant, port));
}

std::string load_command(const Plan& plan, const Section& section, const Contestant& contestant, int port) {
  return shown("suite", load_arguments(plan, section, contestant, port));
}

}  // namespace suite
