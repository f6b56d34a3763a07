#include "servers/registry.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "common/base/near_miss.h"

namespace suite {

std::expected<const Backend*, Error> find_backend(std::string_view name) {
  for (const Backend& backend : backends()) {
    if (backend.name == name) return &backend;
  }
  Error error{.what = fmt::format("use the backend '{}'", name),
              .why = fmt::format("there is no backend '{}'", name),
              .advice = ""};
  for (const AbsentBackend& absent : absent_backends()) {
    if (absent.name == name) {
      error.why = fmt::format("backend '{}' was {}", name, absent.reason);
      error.advice = absent.advice;
      return std::unexpected(std::move(error));
    }
  }
  std::vector<std::string_view> names;
  for (const Backend& backend : backends()) names.push_back(backend.name);
  const auto near = near_miss(name, names);
  error.advice = near ? fmt::format("did you mean '{}'? 'suite backends' lists them", *near)
                      : fmt::format("this build has: {}", fmt::join(names, ", "));
  return std::unexpected(std::move(error));
}

}  // namespace suite
