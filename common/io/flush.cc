#include "common/io/flush.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace suite {
namespace {

constexpr std::size_t kMostPerCall = 4 * 1024 * 1024;

}  // namespace

FlushResult flush(int fd, OutBuffer& out, Then then) {
  const int flags = MSG_NOSIGNAL | (then == Then::kEnds ? MSG_MORE : 0);
  std::size_t total = 0;
  while (!out.empty()) {
    if (total >= kMostPerCall) {
      out.release_window();
      return {.status = FlushStatus::kBlocked, .sent = total};
    }
    std::array<iovec, OutBuffer::kMaxPieces> pieces;
    const std::size_t count = out.gather(pieces);
    if (count == 0) return {.status = FlushStatus::kBroken, .sent = total};
    ssize_t sent = 0;
    if (count == 1) {  // send(2) has no message header to copy in and check
      sent = ::send(fd, pieces[0].iov_base, pieces[0].iov_len, flags);
    } else {
      msghdr message{};
      message.msg_iov = pieces.data();
      message.msg_iovlen = count;
      sent = ::sendmsg(fd, &message, flags);
    }
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) return {.status = FlushStatus::kFailed, .sent = total};
      out.release_window();
      return {.status = FlushStatus::kBlocked, .sent = total};
    }
    total += static_cast<std::size_t>(sent);
    out.advance(static_cast<std::size_t>(sent));
  }
  return {.status = FlushStatus::kDone, .sent = total};
}

}  // namespace suite
