#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "client/reports/figures.h"
#include "client/reports/report.h"
#include "client/reports/shell_quoted.h"
#include "common/base/units.h"

namespace suite {
namespace {

// What is requested, as flags.
std::string http_flags(const HttpSettings& http, const LoadPlan& plan) {
  std::string flags = http.method == "GET" ? "" : " --method " + shell_quoted(http.method);
  for (const std::string& header : http.headers) flags += " --header " + shell_quoted(header);
  constexpr std::size_t kLongest = 64;
  if (http.body) {
    flags += " --body " + (http.body->size() <= kLongest ? shell_quoted(*http.body)
                                                         : fmt::format("({} bytes)", http.body->size()));
  }
  if (http.urls) flags += " --urls " + shell_quoted(*http.urls);
  if (!plan.keep_alive) flags += " --no-keepalive";
  return flags;
}

// How threads wait and sockets are set, where that is not as usual.
std::string socket_flags(const LoadPlan& plan) {
  std::string flags;
  std::string_view before = " --source-ip ";
  for (const Endpoint& source : plan.sources)
    flags += fmt::format("{}{}", std::exchange(before, ","), source.host_and_zone());
  if (plan.busy_poll) flags += " --busy-poll";
  if (plan.pin) flags += " --pin";
  const SocketPlan& sockets = plan.sockets;
  if (sockets.send_buffer) flags += fmt::format(" --sndbuf {}", *sockets.send_buffer);
  if (sockets.receive_buffer) flags += fmt::format(" --rcvbuf {}", *sockets.receive_buffer);
  if (!sockets.nodelay) flags += " --no-nodelay";
  if (sockets.close == SocketPlan::Close::kReset) flags += " --close rst";
  return flags;
}

std::string load_flags(const LoadPlan& plan) {
  std::string flags;
  if (plan.duration) flags += " --secs " + duration_argument(*plan.duration);
  if (plan.requests) flags += fmt::format(" --requests {}", *plan.requests);
  if (plan.per_conn) flags += fmt::format(" --per-conn {}", *plan.per_conn);
  if (plan.rate) {
    flags += fmt::format(" --rate {} --arrivals {}", plan.rate->per_second, name_of(plan.rate->arrivals));
  }
  if (!plan.latency) flags += " --latency off";
  return flags + socket_flags(plan);
}

std::string gate_flags(const LoadSettings& settings) {
  std::string flags;
  for (const Gate& gate : settings.gates) {
    flags += fmt::format(" {} {}", gate.flag(), shell_quoted(gate.condition.text));
  }
  for (const Condition& goal : settings.find_max) flags += " --find-max " + shell_quoted(goal.text);
  return flags;
}

// Where the requests went: the address that answered, or the URL, whose host the requests name. Without a
// network, where they would have gone. With what stands in for the resolver, the name that it is for.
std::string target_of(const LoadSettings& settings) {
  if (settings.http || !settings.resolve.empty() || !settings.plan.has_network()) {
    std::string text = shell_quoted(settings.http ? settings.http->name.url() : settings.target);
    for (const std::string& entry : settings.resolve) text += " --resolve " + shell_quoted(entry);
    return text;
  }
  return settings.plan.target.to_string();
}

}  // namespace

std::string command_line(const LoadSettings& settings) {
  const LoadPlan& plan = settings.plan;
  std::string text = fmt::format("suite load {} --conns {}", target_of(settings), plan.connections);
  if (plan.depth > 1) text += fmt::format(" --depth {}", plan.depth);
  if (plan.threads > 1) text += fmt::format(" --threads {}", plan.threads);
  text += load_flags(plan);
  if (settings.http) text += http_flags(*settings.http, plan);
  return text;
}

std::string settings_report(const LoadSettings& settings) {
  const LoadPlan& plan = settings.plan;
  std::string text = fmt::format("suite load {} --conns {} --depth {} --threads {} {}", target_of(settings),
                                 plan.connections, plan.depth, plan.threads,
                                 settings.http ? fmt::format("--method {} --ok-status {}",
                                                             settings.http->method, settings.http->ok_status)
                                               : settings.payload->flags);
  constexpr std::size_t kLine = 110;
  const std::string flags = load_flags(plan);
  if (text.size() + flags.size() > kLine) text += " \\\n ";
  text += flags;
  text += fmt::format(" \\\n  --verify {} --warmup {} --timeout {} --connect-burst {}", name_of(plan.verify),
                      duration_argument(plan.warmup), duration_argument(plan.timeout), plan.connect_burst);
  const bool poisson = plan.rate && plan.rate->arrivals == RatePlan::Arrivals::kPoisson;
  if (settings.payload || poisson) text += fmt::format(" --seed {}", plan.seed);
  text += fmt::format(" --driver {}", name_of(plan.driver));
  if (settings.find_max.empty()) text += fmt::format(" --runs {}", settings.runs);
  if (plan.server_pid) text += fmt::format(" --server-pid {}", *plan.server_pid);
  if (const std::string gates = gate_flags(settings); !gates.empty()) text += " \\\n " + gates;
  if (settings.http) {
    HttpSettings others = *settings.http;
    others.method = "GET";  // named above
    text += http_flags(others, plan);
    text += fmt::format("\n  connected to {}; connections are {}",
                        plan.has_network() ? plan.target.to_string() : "nothing: answered in memory",
                        plan.keep_alive ? "kept open" : "closed after each request");
  }
  return text + "\n";
}

}  // namespace suite
