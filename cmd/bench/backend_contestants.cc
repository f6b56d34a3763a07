#include "cmd/bench/contestants.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "servers/registry.h"

namespace suite {
namespace {

constexpr int kFirstPort = 3100;
constexpr int kPortStep = 100;

// Each connection is one function from its beginning to its end, which the backend suspends.
constexpr std::array<std::string_view, 2> kCoroutinePerConnection{"asio-coro", "fiber"};

// Threads and processes around the same loop: what there is to see is how they grow.
constexpr std::array<std::string_view, 2> kComparedByWorkers{"epoll", "prefork"};
constexpr std::array<std::size_t, 3> kWorkerCounts{1, 2, 4};

std::optional<std::string> why_unusable(const Backend& backend) {
  if (backend.usable == nullptr) return std::nullopt;
  const auto usable = backend.usable();
  if (usable) return std::nullopt;
  return usable.error().one_line();
}

void add(Chosen& to, std::vector<LeftOut>& left_out, const Backend& backend) {
  const std::string name(backend.name);
  if (const auto reason = why_unusable(backend)) {
    left_out.push_back({.name = name, .reason = *reason});
  } else {
    to.running.push_back(name);
  }
}

Chosen all_backends() {
  Chosen chosen;
  for (const Backend& backend : backends()) add(chosen, chosen.skipped, backend);
  for (const AbsentBackend& absent : absent_backends()) {
    chosen.skipped.push_back({.name = std::string(absent.name), .reason = std::string(absent.reason)});
  }
  return chosen;
}

bool has_coroutines(std::string_view backend) {
  return std::ranges::find(kCoroutinePerConnection, backend) != kCoroutinePerConnection.end();
}

Contestant http_contestant(const std::string& backend, std::size_t workers) {
  return {.name = workers == 1 ? backend : fmt::format("{}-w{}", backend, workers),
          .serve = {"serve-http", "-b", backend, "-w", std::to_string(workers)},
          .kind = ServerKind::kHttp,
          .workers = workers,
          .coroutine_per_connection = has_coroutines(backend)};
}

const AbsentBackend* find_absent(std::string_view name) {
  const auto found = std::ranges::find(absent_backends(), name, &AbsentBackend::name);
  return found == absent_backends().end() ? nullptr : &*found;
}

}  // namespace

std::vector<std::string_view> split_list(std::string_view list) {
  std::vector<std::string_view> entries;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    entries.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return entries;
}

std::expected<Chosen, std::string> choose_backends(std::string_view list) {
  if (list == "all") return all_backends();
  Chosen chosen{.by_name = true};
  const std::vector<std::string_view> names = split_list(list);
  for (const std::string_view name : names) {
    if (std::ranges::count(names, name) > 1) {
      return std::unexpected(fmt::format("'{}' is named more than once", name));
    }
    if (const AbsentBackend* absent = find_absent(name)) {
      chosen.failed.push_back({.name = std::string(name), .reason = std::string(absent->reason)});
      continue;
    }
    const auto backend = find_backend(name);
    if (!backend) return std::unexpected(backend.error().one_line());
    add(chosen, chosen.failed, **backend);
  }
  return chosen;
}

bool is_compared_by_workers(std::string_view backend) {
  return std::ranges::find(kComparedByWorkers, backend) != kComparedByWorkers.end();
}

std::vector<Contestant> echo_contestants(std::span<const std::string> backends) {
  std::vector<Contestant> contestants;
  for (const std::string& backend : backends) {
    contestants.push_back({.name = backend,
                           .serve = {"serve-echo", "--backend", backend},
                           .coroutine_per_connection = has_coroutines(backend)});
  }
  return contestants;
}

std::vector<Contestant> http_contestants(std::span<const std::string> backends) {
  std::vector<Contestant> contestants;
  for (const std::string& backend : backends) {
    const std::size_t counts = is_compared_by_workers(backend) ? kWorkerCounts.size() : 1;
    for (const std::size_t workers : std::span(kWorkerCounts).first(counts)) {
      contestants.push_back(http_contestant(backend, workers));
    }
  }
  return contestants;
}

void number_ports(std::span<Contestant> contestants) {
  int port = kFirstPort;
  for (Contestant& contestant : contestants) {
    contestant.first_port = port;
    port += kPortStep;
  }
}

}  // namespace suite
