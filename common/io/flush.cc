#include "common/io/flush.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace suite {

FlushResult flush(int fd, OutBuffer& out) {
  std::size_t total = 0;
  while (!out.empty()) {
    std::array<iovec, OutBuffer::kMaxPieces> pieces;
    const std::size_t count = out.gather(pieces);
    ssize_t sent = 0;
    if (count == 1) {  // send(2) has no message header to copy in and check
      sent = ::send(fd, pieces[0].iov_base, pieces[0].iov_len, MSG_NOSIGNAL);
    } else {
      msghdr message{};
      message.msg_iov = pieces.data();
      message.msg_iovlen = count;
      sent = ::sendmsg(fd, &message, MSG_NOSIGNAL);
    }
    if (sent < 0) {
      if (errno == EINTR) continue;
      const bool full = errno == EAGAIN || errno == EWOULDBLOCK;
      return {.status = full ? FlushStatus::kBlocked : FlushStatus::kFailed, .sent = total};
    }
    total += static_cast<std::size_t>(sent);
    out.advance(static_cast<std::size_t>(sent));
  }
  return {.status = FlushStatus::kDone, .sent = total};
}

}  // namespace suite
