#include "servers/read_or_more.h"

#include <sys/socket.h>

#include <cerrno>

namespace suite {

std::optional<Next> read_or_more(Conversation& talk, int fd, std::span<std::byte> buffer, const Turn& turn) {
  const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count > 0) return talk.on_bytes(buffer.first(static_cast<std::size_t>(count)), turn);
  if (count == 0) return talk.on_end(turn);
  if (errno == EAGAIN || errno == EINTR) return talk.on_no_input(turn);
  return std::nullopt;
}

}  // namespace suite
