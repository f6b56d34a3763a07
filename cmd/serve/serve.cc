#include "cmd/serve/serve.h"

#include <unistd.h>
#include <fmt/format.h>

#include "cmd/cli/early_end.h"
#include "cmd/cli/exit_code.h"
#include "cmd/cli/output.h"
#include "common/base/units.h"
#include "common/net/endpoint.h"
#include "common/net/listener.h"
#include "servers/registry.h"
#include "servers/run/server.h"

namespace suite {
namespace {

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

int serve_until_stopped(std::string_view verb, const ServeFlags& flags, const Service& service) {
  const Backend& backend = **find_backend(flags.backend);
  if (backend.usable != nullptr) {
    if (const auto usable = backend.usable(); !usable) return fail(verb, usable.error());
  }
  if (const auto complaint = check_serve_flags(flags)) return finish(verb, usage_error(verb, *complaint));
  const auto endpoints = resolve(flags.host, static_cast<std::uint16_t>(flags.port));
  if (!endpoints) return fail(verb, endpoints.error());

  const ServeOptions options{.endpoint = first_bindable(*endpoints),
                             .workers = flags.workers,
                             .backlog = static_cast<int>(flags.backlog),
                             .max_connections = flags.max_connections,
                             .idle_timeout = flags.idle_timeout,
                             .send_timeout = flags.send_timeout,
                             .drain = flags.drain,
                             .busy_poll = flags.busy_poll,
                             .pin = flags.pin,
                             .client_speaks_first = service.client_speaks_first,
                             .heed_hangup = service.heeds_hangup};
  const ServeCallbacks callbacks{
      .on_listening =
          [&](const Endpoint& endpoint) {
            if (backend.in_use != nullptr && !flags.quiet) {
              print_stderr("suite {}: {} uses {}\n", verb, flags.backend, backend.in_use());
            }
            print_listening(endpoint, backend, flags.workers);
          },
      .on_event =
          [&](std::string_view event) {
            if (!flags.quiet) print_stderr("suite {}: {}\n", verb, event);
          },
      .on_trouble = [&](std::string_view trouble) { print_stderr("suite {}: {}\n", verb, trouble); },
      .on_hangup =
          [&] {
            if (!service.on_hangup) return;
            if (const auto complaint = service.on_hangup()) {
              print_stderr("suite {}: {}\n", verb, *complaint);
            }
          },
      .on_forced_end = [](int signal) { ::_exit(kExitSignalBase + signal); }};
  const auto report = suite::serve(backend, options, service.make_protocol(options), callbacks);
  if (!report) return fail(verb, report.error());
  if (!flags.quiet) print_totals(*report);
  return kExitOk;
}

}  // namespace suite
