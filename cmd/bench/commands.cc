#include "cmd/bench/commands.h"

#include <fmt/format.h>

#include <string_view>

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

std::vector<std::string> timed_http_load_arguments(const Plan& plan, const Section& section,
                                                   const Contestant& contestant, int port) {
  const HttpRequests& http = *section.workload.http;
  std::vector<std::string> arguments{"load",    url_of(http, contestant, port),
                                     "--conns", std::to_string(section.conns),
                                     "--secs",  seconds_argument(plan.secs)};
  arguments.insert(arguments.end(), http.flags.begin(), http.flags.end());
  return arguments;
}

std::vector<std::string> http_load_arguments(const Plan& plan, const Section& section,
                                             const Contestant& contestant, int port) {
  const HttpRequests& http = *section.workload.http;
  std::vector<std::string> arguments{"load", url_of(http, contestant, port),
                                     "-n",   std::to_string(requests_of(http, contestant.budget)),
                                     "-c",   std::to_string(section.conns)};
  if (http.connections != ConnectionUse::kKeptAlive) arguments.emplace_back("--no-keepalive");
  if (section.workload.one_at_a_time()) {
    arguments.insert(arguments.end(), {"--urls", urls_in(plan.folder)});
  }
  if (!http.ok_statuses.empty()) {
    arguments.insert(arguments.end(), {"--ok-status", http.ok_statuses});
  }
  arguments.insert(arguments.end(), {"--format", "ab", "-d", seconds_argument(plan.http_limit)});
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
  if (contestant.url) return "# runs already: " + *contestant.url;
  const Launch& launch = contestant.launch;
  return shown(launch.shown_as.empty() ? launch.program : launch.shown_as,
               serve_arguments(plan, contestant, port));
}

std::string load_command(const Plan& plan, const Section& section, const Contestant& contestant, int port) {
  return shown("suite", load_arguments(plan, section, contestant, port));
}

}  // namespace suite::bench
