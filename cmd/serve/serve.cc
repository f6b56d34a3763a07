#include "cmd/serve/serve.h"

#include <unistd.h>
#include <fmt/format.h>

#include <expected>
#include <memory>
#include <utility>

#include "cmd/cli/early_end.h"
#include "cmd/cli/exit_code.h"
#include "cmd/cli/output.h"
#include "cmd/serve/totals_line.h"
#include "common/base/units.h"
#include "common/net/endpoint.h"
#include "common/net/listener.h"
#include "servers/protocols/tls/tls_serving.h"
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

// Nothing where TLS is not asked for.
std::expected<std::unique_ptr<TlsServing>, Error> make_tls(const TlsFlags& flags, const Service& service) {
  if (!flags.any()) return nullptr;
  return make_tls_serving({.certificate_file = flags.certificate.value_or(""),
                           .key_file = flags.key.value_or(""),
                           .protocols = service.protocols,
                           .handshake_timeout = service.handshake_timeout});
}

// At a SIGHUP, before workers learn of it.
void reload(std::string_view verb, TlsServing* tls, const Service& service) {
  if (tls != nullptr) {
    if (const auto reloaded = tls->reload(); !reloaded) {
      print_stderr("suite {}: SIGHUP: {}; connections go on with the certificate of before\n", verb,
                   reloaded.error().one_line());
    }
  }
  if (!service.on_hangup) return;
  if (const auto complaint = service.on_hangup()) print_stderr("suite {}: {}\n", verb, *complaint);
}

}  // namespace

int serve_until_stopped(std::string_view verb, const ServeFlags& flags, const Service& service) {
  const Backend& backend = **find_backend(flags.backend);
  if (backend.usable != nullptr) {
    if (const auto usable = backend.usable(); !usable) return fail(verb, usable.error());
  }
  if (const auto complaint = check_serve_flags(flags)) return finish(verb, usage_error(verb, *complaint));
  const auto tls = make_tls(flags.tls, service);
  if (!tls) return fail(verb, tls.error(), kExitUsage);
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
                             .heed_hangup = service.heeds_hangup || *tls != nullptr};
  const ServeCallbacks callbacks{
      .on_listening =
          [&](const Endpoint& endpoint) {
            if (backend.in_use != nullptr && !flags.quiet) {
              print_stderr("suite {}: {} uses {}\n", verb, flags.backend, backend.in_use());
            }
            if (*tls && !flags.quiet) {
              if (const auto remark = (*tls)->remark()) print_stderr("suite {}: {}\n", verb, *remark);
            }
            print_listening(endpoint, backend, flags.workers);
          },
      .on_event =
          [&](std::string_view event) {
            if (!flags.quiet) print_stderr("suite {}: {}\n", verb, event);
          },
      .on_trouble = [&](std::string_view trouble) { print_stderr("suite {}: {}\n", verb, trouble); },
      .on_hangup = [&] { reload(verb, tls->get(), service); },
      .on_forced_end = [](int signal) { ::_exit(kExitSignalBase + signal); }};
  ServerProtocol protocol = service.make_protocol(options);
  if (*tls) protocol = (*tls)->around(std::move(protocol));
  const auto report = suite::serve(backend, options, protocol, callbacks);
  if (!report) return fail(verb, report.error());
  if (!flags.quiet) print_totals(*report);
  return kExitOk;
}

}  // namespace suite
