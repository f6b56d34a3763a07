#include "cmd/results/limit_names.h"

#include <algorithm>
#include <array>

namespace suite::results {
namespace {

struct NamedLimit {
  Limit limit;
  std::string_view name;
  std::string_view warning;  // how suite load begins the one about it
};
constexpr std::array kLimits{NamedLimit{.limit = Limit::kClient, .name = "client", .warning = "client-bound"},
                             NamedLimit{.limit = Limit::kSharedCores,
                                        .name = "shared_cores",
                                        .warning = "load generator and server share all "}};

}  // namespace

std::string_view name_of(Limit limit) {
  const auto* const named = std::ranges::find(kLimits, limit, &NamedLimit::limit);
  return named == kLimits.end() ? std::string_view() : named->name;
}

Limit find_limit(std::string_view name) {
  const auto* const named = std::ranges::find(kLimits, name, &NamedLimit::name);
  return named == kLimits.end() ? Limit::kNotSeen : named->limit;
}

bool is_warning_of(Limit limit, std::string_view warning) {
  const auto* const named = std::ranges::find(kLimits, limit, &NamedLimit::limit);
  return named != kLimits.end() && warning.starts_with(named->warning);
}

}  // namespace suite::results
