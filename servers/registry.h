// The backends that this binary holds, by name.
#pragma once

#include <expected>
#include <span>
#include <string_view>

#include "common/base/error.h"
#include "servers/backend.h"

namespace suite {

/// A backend that this build lacks, and why.
struct AbsentBackend {
  std::string_view name;
  std::string_view reason;  // "left out of this build"
  std::string_view advice;  // "install libuv1-dev and build again"
};

/// In the order of servers/CMakeLists.txt, for as long as the process lives.
std::span<const Backend> backends();
std::span<const AbsentBackend> absent_backends();

/// The backend called `name`; the error suggests a near miss, or says why this build lacks it.
std::expected<const Backend*, Error> find_backend(std::string_view name);

}  // namespace suite
