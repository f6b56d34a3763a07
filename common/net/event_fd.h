// A flag that a loop can wait for beside its sockets (eventfd(2)).
#pragma once

#include <expected>

#include "common/base/error.h"
#include "common/net/unique_fd.h"

namespace suite {

/// Readable from the first set() on, for every waiter and for good: nobody reads it. Any thread may set
/// it; so may a process that inherited it.
class EventFd {
 public:
  static std::expected<EventFd, Error> open();

  int fd() const { return fd_.get(); }
  void set() const;
  bool is_set() const;

 private:
  explicit EventFd(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace suite
