// Signals as something to wait for: blocked everywhere, read in one place (signalfd(2)).
#pragma once

#include <expected>
#include <optional>
#include <vector>

#include "common/base/error.h"
#include "common/net/unique_fd.h"

namespace suite {

/// Blocks some signals in the calling thread and in all threads that it starts later, and queues them for
/// next(). To be opened before the first thread starts. SIGPIPE is ignored from then on.
class SignalQueue {
 public:
  static std::expected<SignalQueue, Error> open(const std::vector<int>& signals);

  /// Readable when a signal waits.
  int fd() const { return fd_.get(); }
  /// Whether one waits; it stays.
  bool has_next() const;
  /// The number of the next signal that waits, without blocking.
  std::optional<int> next() const;

 private:
  explicit SignalQueue(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace suite
