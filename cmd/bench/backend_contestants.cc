#include "cmd/bench/backend_contestants.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "servers/registry.h"

namespace suite::bench {
namespace {

constexpr std::array<std::size_t, 3> kWorkerCounts{1, 2, 4};

std::optional<std::string> why_unusable(const Backend& backend) {
  if (backend.usable == nullptr) return std::nullopt;
  const auto usable = backend.usable();
  if (usable) return std::nullopt;
  return usable.error().one_line();
}

Chosen all_backends() {
  Chosen chosen;
  for (const Backend& backend : backends()) {
    add_to(chosen, chosen.skipped, backend.name, why_unusable(backend));
  }
  for (const AbsentBackend& absent : absent_backends()) {
    chosen.skipped.push_back({.name = std::string(absent.name), .reason = std::string(absent.reason)});
  }
  return chosen;
}

const AbsentBackend* find_absent(std::string_view name) {
  const auto found = std::ranges::find(absent_backends(), name, &AbsentBackend::name);
  return found == absent_backends().end() ? nullptr : &*found;
}

// Nothing where this build lacks it: then it is none of those that run.
std::vector<const Backend*> with_names(std::span<const std::string> names) {
  std::vector<const Backend*> found;
  for (const std::string& name : names) {
    if (const auto backend = find_backend(name)) found.push_back(*backend);
  }
  return found;
}

std::size_t most_connections(const Backend& backend) {
  return backend.most_connections == nullptr ? SIZE_MAX : backend.most_connections();
}

Contestant echo_contestant(const Backend& backend, WorkerRows rows) {
  const std::string name(backend.name);
  std::vector<std::string> arguments{"serve-echo", "--backend", name};
  if (rows == WorkerRows::kAsAsked) arguments.insert(arguments.end(), {"--workers", "{workers}"});
  arguments.insert(arguments.end(), {"--port", "{port}"});
  return {.name = name,
          .launch = {.shown_as = "suite", .arguments = std::move(arguments)},
          .most_connections = most_connections(backend),
          .coroutine_per_connection = backend.coroutine_per_connection};
}

Contestant http_contestant(const Backend& backend, std::size_t workers) {
  const std::string name(backend.name);
  return {
      .name = workers == 1 ? name : fmt::format("{}-w{}", name, workers),
      .launch = {.shown_as = "suite",
                 .arguments = {"serve-http", "-b", name, "-w", "{workers}", "-r", "{root}", "-p", "{port}"}},
      .budget = {.extent = backend.compared_by_workers ? Extent::kAll : Extent::kTable},
      .kind = ServerKind::kHttp,
      .workers = workers,
      .most_connections = most_connections(backend),
      .coroutine_per_connection = backend.coroutine_per_connection,
      .compared_by_connections = backend.compared_by_connections && workers == 1,
      .stand_in = backend.http_stand_in};
}

}  // namespace

std::expected<Chosen, std::string> choose_backends(std::string_view list) {
  if (list == "all") return all_backends();
  const auto names = different_names(list);
  if (!names) return std::unexpected(names.error());
  Chosen chosen{.by_name = true};
  for (const std::string_view name : *names) {
    if (const AbsentBackend* absent = find_absent(name)) {
      chosen.failed.push_back({.name = std::string(name), .reason = std::string(absent->reason)});
      continue;
    }
    const auto backend = find_backend(name);
    if (!backend) return std::unexpected(backend.error().one_line());
    add_to(chosen, chosen.failed, name, why_unusable(**backend));
  }
  return chosen;
}

std::vector<Contestant> echo_contestants(std::span<const std::string> names, WorkerRows rows) {
  std::vector<Contestant> contestants;
  for (const Backend* backend : with_names(names)) contestants.push_back(echo_contestant(*backend, rows));
  return contestants;
}

std::vector<Contestant> http_contestants(std::span<const std::string> names, WorkerRows rows) {
  std::vector<Contestant> contestants;
  for (const Backend* backend : with_names(names)) {
    const bool several = backend->compared_by_workers && rows == WorkerRows::kUsual;
    const std::size_t counts = several ? kWorkerCounts.size() : 1;
    for (const std::size_t workers : std::span(kWorkerCounts).first(counts)) {
      contestants.push_back(http_contestant(*backend, workers));
    }
  }
  return contestants;
}

std::string backends_compared_by_workers() {
  std::vector<std::string_view> names;
  for (const Backend& backend : backends()) {
    if (backend.compared_by_workers) names.push_back(backend.name);
  }
  return fmt::format("{}", fmt::join(names, " and "));
}

}  // namespace suite::bench
