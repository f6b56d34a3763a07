#include "cmd/bench/contestants.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "servers/registry.h"

namespace suite {
namespace {

constexpr int kFirstPort = 3100;
constexpr int kPortStep = 100;

std::optional<std::string> why_unusable(const Backend& backend) {
  if (backend.usable == nullptr) return std::nullopt;
  const auto usable = backend.usable();
  if (usable) return std::nullopt;
  return usable.error().one_line();
}

void add(Contestants& to, std::vector<LeftOut>& left_out, const Backend& backend) {
  const std::string name(backend.name);
  if (const auto reason = why_unusable(backend)) {
    left_out.push_back({.name = name, .reason = *reason});
    return;
  }
  to.running.push_back({.name = name,
                        .serve = {"serve-echo", "--backend", name},
                        .first_port = kFirstPort + kPortStep * static_cast<int>(to.running.size())});
}

Contestants all_backends() {
  Contestants chosen;
  for (const Backend& backend : backends()) add(chosen, chosen.skipped, backend);
  for (const AbsentBackend& absent : absent_backends()) {
    chosen.skipped.push_back({.name = std::string(absent.name), .reason = std::string(absent.reason)});
  }
  return chosen;
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

std::expected<Contestants, std::string> choose_backends(std::string_view list) {
  if (list == "all") return all_backends();
  Contestants chosen;
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

}  // namespace suite
