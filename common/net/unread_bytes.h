// How much a socket has received that nobody has read yet.
#pragma once

#include <sys/ioctl.h>

#include <cstddef>

namespace suite {

/// FIONREAD, bytes; 0 where `fd` cannot tell.
inline std::size_t unread_bytes(int fd) {
  int count = 0;
  return ::ioctl(fd, FIONREAD, &count) == 0 && count > 0 ? static_cast<std::size_t>(count) : 0;
}

}  // namespace suite
