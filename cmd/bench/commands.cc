#include "cmd/bench/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "client/target.h"
#include "cmd/bench/pages.h"
#include "common/base/shell_quoted.h"
#include "common/base/units.h"

namespace suite::bench {
namespace {

// Whole seconds as a bare number, the way a user types them.
std::string seconds_argument(std::chrono::nanoseconds duration) {
  std::string text = duration_argument(duration);
  if (text.ends_with('s') && text.find_first_not_of("0123456789") == text.size() - 1) text.pop_back();
  return text;
}

std::string shown(std::string_view program, const std::vector<std::string>& arguments) {
  std::string text = shell_quoted(program);
  for (const std::string& argument : arguments) text += " " + shell_quoted(argument);
  return text;
}

// Of a server that runs already the URL; its path wins, where it has one.
std::string url_of(const HttpRequests& http, const Contestant& contestant, int port) {
  if (!contestant.url) return fmt::format("http://127.0.0.1:{}{}", port, http.path);
  const bool has_path = contestant.url->find('/', std::string_view("http://").size()) != std::string::npos;
  return has_path ? *contestant.url : *contestant.url + http.path;
}

void add(std::vector<std::string>& arguments, std::string_view flag, std::string value) {
  arguments.emplace_back(flag);
  arguments.push_back(std::move(value));
}

// 127.0.0.2, 127.0.0.3 and so on: 127.0.0.1 is where servers listen.
std::string source_addresses(std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) list += fmt::format("{}127.0.0.{}", i == 0 ? "" : ",", i + 2);
  return list;
}

// Those of any load that a section may need more of than usual. A server that runs already may be elsewhere.
void add_spread(std::vector<std::string>& arguments, const Section& section, const Contestant& contestant) {
  const Spread& spread = section.spread;
  const auto threads = std::min<std::uint64_t>(spread.threads, section.conns);  // each needs a connection
  if (threads > 1) add(arguments, "--threads", std::to_string(threads));
  if (spread.sources > 1 && !contestant.url) add(arguments, "--source-ip", source_addresses(spread.sources));
}

// Whole where it is not tiny, as people write rates.
void add_rate(std::vector<std::string>& arguments, const Contestant& contestant) {
  if (const auto& rate = contestant.rate) {
    add(arguments, "--rate", *rate >= 100 ? fmt::format("{:.0f}", *rate) : fmt::format("{:.3g}", *rate));
  }
}

// What the requests of an HTTP workload need beside their URL.
void add_requests(std::vector<std::string>& arguments, const Plan& plan, const Section& section) {
  const HttpRequests& http = *section.workload.http;
  if (http.connections != ConnectionUse::kKeptAlive) arguments.emplace_back("--no-keepalive");
  if (section.workload.one_at_a_time()) add(arguments, "--urls", urls_in(plan.folder));
  if (!http.ok_statuses.empty()) add(arguments, "--ok-status", http.ok_statuses);
  if (section.workload.depth > 1) add(arguments, "--depth", std::to_string(section.workload.depth));
  arguments.insert(arguments.end(), http.flags.begin(), http.flags.end());
}

// Where a load goes. The URLs of a list name some host, and those are overridden.
std::vector<std::string> target_arguments(const HttpRequests& http, const Contestant& contestant, int port) {
  if (!http.of_list) return {url_of(http, contestant, port)};
  TargetName server{.port = static_cast<std::uint16_t>(port)};
  if (contestant.url) server = *parse_target(*contestant.url);
  return {"--host", server.host, "--port", std::to_string(server.port)};
}

std::vector<std::string> timed_http_load_arguments(const Plan& plan, const Section& section,
                                                   const Contestant& contestant, int port) {
  std::vector<std::string> arguments = target_arguments(*section.workload.http, contestant, port);
  arguments.insert(arguments.begin(), "load");
  add(arguments, "--conns", std::to_string(section.conns));
  add(arguments, "--secs", seconds_argument(plan.secs_of(section)));
  add_requests(arguments, plan, section);
  add_spread(arguments, section, contestant);
  add_rate(arguments, contestant);
  return arguments;
}

std::vector<std::string> http_load_arguments(const Plan& plan, const Section& section,
                                             const Contestant& contestant, int port) {
  const HttpRequests& http = *section.workload.http;
  std::vector<std::string> arguments{"load", url_of(http, contestant, port),
                                     "-n",   std::to_string(requests_of(http, contestant.budget)),
                                     "-c",   std::to_string(section.conns)};
  add_requests(arguments, plan, section);
  add_spread(arguments, section, contestant);
  arguments.insert(arguments.end(), {"--format", "ab", "-d", seconds_argument(plan.http_limit)});
  return arguments;
}

std::vector<std::string> echo_load_arguments(const Plan& plan, const Section& section,
                                             const Contestant& contestant, int port) {
  std::vector<std::string> arguments{"load",
                                     "--conns",
                                     std::to_string(section.conns),
                                     "--secs",
                                     seconds_argument(plan.secs_of(section)),
                                     "--depth",
                                     std::to_string(section.workload.depth)};
  if (section.workload.size > 0) add(arguments, "--size", std::to_string(section.workload.size));
  add_spread(arguments, section, contestant);
  add_rate(arguments, contestant);
  add(arguments, "--port", std::to_string(port));
  return arguments;
}

}  // namespace

std::vector<std::string> serve_arguments(const Plan& plan, const Contestant& contestant, int port) {
  return arguments_with(contestant.launch,
                        {.port = port, .root = pages_in(plan.folder), .workers = contestant.workers});
}

std::vector<std::string> load_arguments(const Plan& plan, const Section& section,
                                        const Contestant& contestant, int port) {
  if (section.workload.counted()) return http_load_arguments(plan, section, contestant, port);
  if (section.workload.http) return timed_http_load_arguments(plan, section, contestant, port);
  return echo_load_arguments(plan, section, contestant, port);
}

std::string serve_command(const Plan& plan, const Contestant& contestant, int port) {
  if (contestant.url) return "# runs already: " + *contestant.url;
  const Launch& launch = contestant.launch;
  return shown(launch.shown_as.empty() ? launch.program : launch.shown_as,
               serve_arguments(plan, contestant, port));
}

std::string load_command(const Plan& plan, const Section& section, const Contestant& contestant, int port) {
  return shown("suite", load_arguments(plan, section, contestant, port));
}

}  // namespace suite::bench
