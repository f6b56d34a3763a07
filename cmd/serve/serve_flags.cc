#include "cmd/serve/serve_flags.h"

#include <unistd.h>
#include <fmt/format.h>

#include <climits>

#include "cmd/cli/exit_code.h"
#include "cmd/cli/output.h"
#include "common/base/units.h"
#include "common/net/endpoint.h"
#include "common/net/listener.h"
#include "common/process/affinity.h"
#include "servers/registry.h"
#include "servers/run/server.h"

namespace suite {
namespace {

constexpr std::uint64_t kMostWorkers = 1024;

int fail(std::string_view verb, const Error& error, int code = kExitFailed) {
  print_stderr("suite {}: {}\n", verb, error.one_line());
  return code;
}

// Of several addresses of one name, the first that this machine has.
Endpoint first_bindable(const std::vector<Endpoint>& endpoints) {
  if (endpoints.size() > 1) {
    for (const Endpoint& endpoint : endpoints) {
      if (claim_endpoint(endpoint.with_port(0))) return endpoint;
    }
  }
  return endpoints.front();
}

void print_listening(const Endpoint& endpoint, const Backend& backend, std::size_t workers) {
  const std::string_view of_one = backend.workers == WorkerKind::kPool ? "thread" : "worker";
  print_stderr("listening on {} ({}, {})\n", endpoint.to_string(), backend.name,
               format_items(workers, of_one));
}

std::string totals_line(const WorkerTotals& totals) {
  const double seconds = std::chrono::duration<double>(totals.cpu).count();
  std::string line =
      fmt::format("{}, {}, {} in, {} out, {:.2f} s CPU", format_items(totals.connections, "connection"),
                  format_items(totals.requests, "request"), format_size(totals.bytes_received),
                  format_size(totals.bytes_sent), seconds);
  if (totals.requests > 0) {
    line += fmt::format(" ({:.2f} us per request)", seconds * 1e6 / static_cast<double>(totals.requests));
  }
  if (totals.resets > 0) line += fmt::format(", {} reset by the peer", format_count(totals.resets));
  if (totals.timeouts > 0) line += fmt::format(", {} timed out", format_count(totals.timeouts));
  if (totals.cut > 0) line += fmt::format(", {} cut", format_count(totals.cut));
  if (totals.unlogged > 0) line += fmt::format(", {} log lines lost", format_count(totals.unlogged));
  if (totals.accept_pauses > 0) {
    line += fmt::format(", accepting paused {} times for want of descriptors, memory or threads",
                        format_count(totals.accept_pauses));
  }
  if (totals.bound_reached > 0) {
    line += fmt::format(", {} times at the bound on connections (others waited in the backlog)",
                        format_count(totals.bound_reached));
  }
  return line;
}

void print_totals(const ServeReport& report) {
  WorkerTotals all;
  for (const WorkerTotals& worker : report.workers) all += worker;
  print_stderr("served {}\n", totals_line(all));
  if (report.replaced_workers > 0)
    print_stderr("  {} replaced\n", format_items(report.replaced_workers, "worker"));
  if (report.workers.size() < 2) return;
  for (std::size_t i = 0; i < report.workers.size(); ++i) {
    print_stderr("  worker {}: {}\n", i, totals_line(report.workers[i]));
  }
}

}  // namespace

void ServeFlags::declare(CommandLine& line) {
  line.text({"-b,--backend", "NAME", "I/O model, one of 'suite backends' (epoll)"}, backend_);
  line.text({"--host", "ADDR", "IPv4, IPv6, a name, or unix:PATH (127.0.0.1)"}, host_);
  line.count({"-p,--port", "N", "port; 0 picks a free one (" + std::to_string(port_) + ")"}, port_,
             {.most = 65535});
  line.custom({"-w,--workers", "N",
               "threads, of a pool too, or processes for prefork; auto: one per usable core (1)"},
              [this](const std::string& text) -> CommandLine::Complaint {
                const auto count = text == "auto" ? usable_cpus().size() : parse_count(text).value_or(0);
                if (count == 0 || count > kMostWorkers) {
                  return fmt::format("'{}' is neither 'auto' nor a count from 1 to {}", text, kMostWorkers);
                }
                workers_ = count;
                return std::nullopt;
              });
  line.count({"--backlog", "N", "connections that may wait to be accepted (4096)"}, backlog_,
             {.least = 1, .most = INT_MAX});
  line.count(
      {"--max-connections", "N", "at most N open; others wait in the backlog (by descriptors or threads)"},
      max_connections_, {.least = 1});
  line.duration({"--idle-timeout", "DUR",
                 fmt::format("close a connection that sends nothing ({})",
                             idle_timeout_ ? duration_argument(*idle_timeout_) : "off")},
                idle_timeout_, false);
  line.duration({"--send-timeout", "DUR", "close a connection that stops reading (60s)"}, send_timeout_,
                false);
  line.toggle("--busy-poll", "spin instead of sleeping: lowest latency, a core per worker", busy_poll_);
  line.toggle("--pin", "worker i on the i-th usable core", pin_);
  line.duration({"--drain", "DUR", "how long SIGTERM lets open exchanges finish (5s)"}, drain_);
  line.toggle("-q,--quiet", "only errors and the ready line", quiet_);
}

// Why the backend cannot hold as many connections as were asked for, or so few.
CommandLine::Complaint ServeFlags::check_max_connections(const Backend& backend) const {
  if (!max_connections_) return std::nullopt;
  const auto bound_with = [&backend](std::size_t loops) { return bound_per_loop(backend, loops) * loops; };
  const std::size_t loops = loops_of(backend, workers_);
  const std::size_t bound = bound_with(loops);
  if (*max_connections_ > bound) {
    const bool more_would_do = loops_of(backend, 2 * workers_) > loops && bound_with(2 * loops) > bound;
    return fmt::format("--max-connections: {} is more than the {} that {} allow with {}; give {}",
                       format_count(*max_connections_), format_count(bound),
                       backend.most_connections != nullptr ? "descriptors and threads" : "descriptors",
                       format_items(loops, "worker"), more_would_do ? "more --workers" : "less");
  }
  if (*max_connections_ < loops) {
    return fmt::format("--max-connections: {} is less than one for each of {} workers",
                       format_count(*max_connections_), loops);
  }
  return std::nullopt;
}

int ServeFlags::serve(const CommandLine& line, const Service& service) const {
  const auto backend = find_backend(backend_);
  if (!backend)
    return line.usage_error(fmt::format("--backend: {}; {}", backend.error().why, backend.error().advice));
  if ((*backend)->usable != nullptr) {
    if (const auto usable = (*backend)->usable(); !usable) return fail(line.verb(), usable.error());
  }
  if (busy_poll_ && !(*backend)->can_spin) {
    return line.usage_error(fmt::format(
        "--busy-poll: the threads of backend '{}' sleep in the kernel and cannot spin; use another, such as "
        "epoll",
        backend_));
  }
  const auto endpoints = resolve(host_, static_cast<std::uint16_t>(port_));
  if (!endpoints) return fail(line.verb(), endpoints.error());
  if (const auto complaint = check_max_connections(**backend)) return line.usage_error(*complaint);

  const ServeOptions options{.endpoint = first_bindable(*endpoints),
                             .workers = workers_,
                             .backlog = static_cast<int>(backlog_),
                             .max_connections = max_connections_,
                             .idle_timeout = idle_timeout_,
                             .send_timeout = send_timeout_,
                             .drain = drain_,
                             .busy_poll = busy_poll_,
                             .pin = pin_,
                             .client_speaks_first = service.client_speaks_first,
                             .heed_hangup = service.heeds_hangup};
  const ServeCallbacks callbacks{
      .on_listening =
          [&](const Endpoint& endpoint) {
            if ((*backend)->in_use != nullptr && !quiet_) {
              print_stderr("suite {}: {} uses {}\n", line.verb(), backend_, (*backend)->in_use());
            }
            print_listening(endpoint, **backend, workers_);
          },
      .on_event =
          [&](std::string_view event) {
            if (!quiet_) print_stderr("suite {}: {}\n", line.verb(), event);
          },
      .on_trouble = [&](std::string_view trouble) { print_stderr("suite {}: {}\n", line.verb(), trouble); },
      .on_hangup =
          [&] {
            if (!service.on_hangup) return;
            if (const auto complaint = service.on_hangup()) {
              print_stderr("suite {}: {}\n", line.verb(), *complaint);
            }
          },
      .on_forced_end = [](int signal) { ::_exit(kExitSignalBase + signal); }};
  const auto report = suite::serve(**backend, options, service.make_protocol(options), callbacks);
  if (!report) return fail(line.verb(), report.error());
  if (!quiet_) print_totals(*report);
  return kExitOk;
}

}  // namespace suite
