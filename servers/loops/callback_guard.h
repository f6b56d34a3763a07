// Exceptions in the callbacks of C libraries.
#pragma once

#include <exception>
#include <optional>

#include "common/base/error.h"

namespace suite {

/// Nothing may be thrown through a C library's frames. So each callback's body runs in here, and the first
/// exception, of a session or of the allocator, is kept: the worker ends when it finds it. One thread.
class CallbackGuard {
 public:
  template <class Body>
  void operator()(Body body) noexcept {
    try {
      body();
    } catch (const std::exception& error) {
      if (!failure_) failure_ = Error{.what = "go on serving", .why = error.what(), .advice = {}};
    }
  }

  const std::optional<Error>& failure() const { return failure_; }

 private:
  std::optional<Error> failure_;
};

}  // namespace suite
