#include "common/io/flush.h"

#include <sys/socket.h>

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
  const OutFront front(out, OutBuffer::Reach::kUpToPages, then);
  if (front.empty()) return {.broken = true, .count = 0};
  return {.broken = false, .count = front.send(fd)};
}

}  // namespace

OutFront::OutFront(OutBuffer& out, OutBuffer::Reach reach, Then then) : count_(out.gather(pieces_, reach)) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < count_; ++i) size += pieces_[i].iov_len;
  // What follows at once had better share a segment with what goes first.
  flags_ = MSG_NOSIGNAL | (out.size() > size || then == Then::kEnds ? MSG_MORE : 0);
}

ssize_t OutFront::send(int fd, int flags) const {
  if (count_ == 1) {  // send(2) has no message header to copy in and check
    return ::send(fd, pieces_[0].iov_base, pieces_[0].iov_len, flags_ | flags);
  }
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces_.data());
  message.msg_iovlen = count_;
  return ::sendmsg(fd, &message, flags_ | flags);
}

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
