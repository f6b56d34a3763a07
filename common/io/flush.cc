#include "common/io/flush.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace suite {
namespace {

constexpr std::size_t kMostPerCall = 4 * 1024 * 1024;

/// What one system call made of the front of an outbox.
struct Sent {
  bool broken;    // there is nothing that could be sent
  ssize_t count;  // -1: see errno
};

// Pages go alone, by reference.
Sent send_pages(int fd, const OutBuffer& out, std::span<const std::byte> pages, Then then) {
  const bool more = out.size() > pages.size() || then == Then::kEnds;
  const auto behind = more ? PagePipe::Behind::kMore : PagePipe::Behind::kNothing;
  return {.broken = false, .count = out.page_pipe().send(fd, pages, behind)};
}

Sent send_front(int fd, OutBuffer& out, Then then) {
  if (const auto pages = out.front_pages(); !pages.empty()) return send_pages(fd, out, pages, then);
  std::array<iovec, OutBuffer::kMaxPieces> pieces;
  const std::size_t count = out.gather(pieces, OutBuffer::Reach::kUpToPages);
  if (count == 0) return {.broken = true, .count = 0};
  std::size_t size = 0;
  for (std::size_t i = 0; i < count; ++i) size += pieces[i].iov_len;
  // What follows at once had better share a segment with what goes first.
  const int flags = MSG_NOSIGNAL | (out.size() > size || then == Then::kEnds ? MSG_MORE : 0);
  if (count == 1) {  // send(2) has no message header to copy in and check
    return {.broken = false, .count = ::send(fd, pieces[0].iov_base, pieces[0].iov_len, flags)};
  }
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = count;
  return {.broken = false, .count = ::sendmsg(fd, &message, flags)};
}

}  // namespace

FlushResult flush(int fd, OutBuffer& out, Then then) {
  std::size_t total = 0;
  const auto blocked = [&] {
    out.release_window();
    return FlushResult{.status = FlushStatus::kBlocked, .sent = total};
  };
  while (!out.empty()) {
    if (total >= kMostPerCall) return blocked();
    const Sent sent = send_front(fd, out, then);
    if (sent.broken) return {.status = FlushStatus::kBroken, .sent = total};
    if (sent.count < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return blocked();
      return {.status = FlushStatus::kFailed, .sent = total};
    }
    total += static_cast<std::size_t>(sent.count);
    out.advance(static_cast<std::size_t>(sent.count));
  }
  return {.status = FlushStatus::kDone, .sent = total};
}

}  // namespace suite
