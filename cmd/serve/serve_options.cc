#include "cmd/serve/serve_options.h"

#include <fmt/format.h>

#include <climits>
#include <expected>
#include <ranges>
#include <vector>

#include "cmd/cli/of_names.h"
#include "common/base/units.h"
#include "common/process/affinity.h"
#include "servers/registry.h"
#include "servers/run/server.h"

namespace suite {
namespace {

constexpr std::uint64_t kMostWorkers = 1024;

std::expected<std::string, std::string> read_backend(const std::string& name) {
  const auto backend = find_backend(name);
  if (backend) return name;
  return std::unexpected(fmt::format("{}; {}", backend.error().why, backend.error().advice));
}

std::vector<std::string_view> backend_names() {
  const auto names = backends() | std::views::transform(&Backend::name);
  return {names.begin(), names.end()};
}

std::expected<std::uint64_t, std::string> read_workers(const std::string& text) {
  const std::uint64_t count = text == "auto" ? usable_cpus().size() : parse_count(text).value_or(0);
  if (count > 0 && count <= kMostWorkers) return count;
  return std::unexpected(fmt::format("'{}' is neither 'auto' nor a count from 1 to {}", text, kMostWorkers));
}

OptionGroup worker_group(ServeFlags& flags) {
  return {
      .title = "Address and workers",
      .options = {
          {.name = "--backend",
           .letter = 'b',
           .takes = "NAME",
           .value = values::of_names(values::read_by(&read_backend, flags.backend, flags.backend),
                                     backend_names()),
           .help = "I/O model, one of 'suite backends'"},
          {.name = "--host",
           .takes = "ADDR",
           .value = values::text(flags.host),
           .help = "IPv4, IPv6, a name, or unix:PATH"},
          {.name = "--port",
           .letter = 'p',
           .takes = "N",
           .value = values::count(flags.port, {.most = 65535}),
           .help = "port; 0 picks a free one"},
          {.name = "--workers",
           .letter = 'w',
           .takes = "N",
           .value = values::read_by(&read_workers, flags.workers, std::to_string(flags.workers)),
           .help = "threads, of a pool too, or processes for prefork; auto: one per usable core"},
          {.name = "--busy-poll",
           .value = values::toggle(flags.busy_poll),
           .help = "spin instead of sleeping: lowest latency, a core per worker"},
          {.name = "--pin", .value = values::toggle(flags.pin), .help = "worker i on the i-th usable core"},
      }};
}

OptionGroup connection_group(ServeFlags& flags) {
  return {.title = "Connections",
          .options = {
              {.name = "--backlog",
               .takes = "N",
               .value = values::count(flags.backlog, {.least = 1, .most = INT_MAX}),
               .help = "connections that may wait to be accepted"},
              {.name = "--max-connections",
               .takes = "N",
               .value = values::count(flags.max_connections, {.least = 1}),
               .help = "at most N open; others wait in the backlog",
               .unset = "by descriptors or threads"},
              {.name = "--idle-timeout",
               .takes = "DUR",
               .value = values::positive_duration(flags.idle_timeout),
               .help = "close a connection that sends nothing",
               .unset = "off"},
              {.name = "--send-timeout",
               .takes = "DUR",
               .value = values::positive_duration(flags.send_timeout),
               .help = "close a connection that stops reading"},
              {.name = "--drain",
               .takes = "DUR",
               .value = values::duration(flags.drain),
               .help = "how long SIGTERM lets open exchanges finish"},
          }};
}

OptionGroup output_group(ServeFlags& flags) {
  return {.title = "Output",
          .options = {
              {.name = "--quiet",
               .letter = 'q',
               .value = values::toggle(flags.quiet),
               .help = "only errors and the ready line"},
          }};
}

// Why the backend cannot hold as many connections as were asked for, or so few.
Complaint check_max_connections(const ServeFlags& flags, const Backend& backend) {
  if (!flags.max_connections) return std::nullopt;
  const std::uint64_t asked = *flags.max_connections;
  const auto bound_with = [&backend](std::size_t loops) { return bound_per_loop(backend, loops) * loops; };
  const std::size_t loops = loops_of(backend, flags.workers);
  const std::size_t bound = bound_with(loops);
  if (asked > bound) {
    const bool more_would_do = loops_of(backend, 2 * flags.workers) > loops && bound_with(2 * loops) > bound;
    return fmt::format("--max-connections: {} is more than the {} that {} allow with {}; give {}",
                       format_count(asked), format_count(bound),
                       backend.most_connections != nullptr ? "descriptors and threads" : "descriptors",
                       format_items(loops, "worker"), more_would_do ? "more --workers" : "less");
  }
  if (asked < loops) {
    return fmt::format("--max-connections: {} is less than one for each of {} workers", format_count(asked),
                       loops);
  }
  return std::nullopt;
}

}  // namespace

std::vector<OptionGroup> serve_groups(ServeFlags& flags) {
  return {worker_group(flags), connection_group(flags), tls_group(flags.tls), output_group(flags)};
}

OptionTable serve_echo_table(ServeFlags& flags) {
  return {.verb = "serve-echo",
          .usage = "suite serve-echo [flags]",
          .summary = "Serves TCP echo: what a client sends, it gets back.",
          .examples =
              "  suite serve-echo --backend epoll --port 3900\n"
              "  suite serve-echo -b libuv -w 2 --host ::1\n"
              "  suite serve-echo -b prefork -w auto --host unix:/tmp/echo.sock",
          .notes =
              "Prints one line on stderr when every worker listens. SIGTERM or SIGINT: answers what\n"
              "has arrived, ends, prints totals; a second one ends it at once. In the totals a\n"
              "request is one read that was answered.",
          .groups = serve_groups(flags),
          .no_config = "a server writes no document",
          .for_stray_argument = {"--port", "--host"}};
}

Complaint check_serve_flags(const ServeFlags& flags) {
  if (auto complaint = check_tls_flags(flags.tls)) return complaint;
  const Backend& backend = **find_backend(flags.backend);
  if (flags.busy_poll && !backend.can_spin) {
    return fmt::format(
        "--busy-poll: the threads of backend '{}' sleep in the kernel and cannot spin; use another, such as "
        "epoll",
        flags.backend);
  }
  return check_max_connections(flags, backend);
}

}  // namespace suite
