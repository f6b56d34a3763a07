// SIGINT and SIGTERM for a load: the first ends it with what was measured, a later one ends the process.
#pragma once

#include <atomic>
#include <expected>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "common/base/error.h"
#include "common/net/event_fd.h"
#include "common/process/signals.h"

namespace suite {

/// Watches on a thread of its own, so that it also works while a name is looked up. To be opened before any
/// other thread starts: from then on both signals are blocked.
class LoadInterrupt {
 public:
  static std::expected<std::unique_ptr<LoadInterrupt>, Error> open();
  LoadInterrupt(const LoadInterrupt&) = delete;
  ~LoadInterrupt();

  /// Set once a signal came. A run that fails sets it too.
  const EventFd& event() const { return interrupt_; }
  /// 128 + the first signal's number; nothing while none came.
  std::optional<int> exit_code() const;

 private:
  LoadInterrupt(SignalQueue signals, EventFd interrupt, EventFd over)
      : signals_(std::move(signals)), interrupt_(std::move(interrupt)), over_(std::move(over)) {}
  void watch() noexcept;

  SignalQueue signals_;
  EventFd interrupt_, over_;
  std::atomic<int> first_ = 0;
  std::thread thread_;
};

}  // namespace suite
