// What a workload wants of the next receive, and a driver heeds.
#pragma once

#include <cstddef>
#include <cstdint>

namespace suite {

/// What a connection wants of the next receive.
struct Appetite {
  std::size_t read = SIZE_MAX;  // at most so many bytes, or what follows them might have been discarded
  std::uint64_t discard = 0;    // so many bytes are certain to come and need not be seen; 0: read
  /// Of these, up to where the next reply may be complete: its time is to be taken.
  std::uint64_t to_reply = 0;
};

}  // namespace suite
