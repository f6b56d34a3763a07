#include "common/net/event_fd.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <cstdint>

namespace suite {

std::expected<EventFd, Error> EventFd::open() {
  UniqueFd fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!fd) return std::unexpected(system_error("open an event descriptor", errno));
  return EventFd(std::move(fd));
}

void EventFd::set() const {
  const std::uint64_t one = 1;
  // Fails only when the counter is full, and then the flag is set already.
  [[maybe_unused]] const ssize_t written = ::write(fd_.get(), &one, sizeof one);
}

bool EventFd::is_set() const {
  pollfd wait{.fd = fd_.get(), .events = POLLIN, .revents = 0};
  return ::poll(&wait, 1, 0) > 0;
}

}  // namespace suite
