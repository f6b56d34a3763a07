// Sends an outbox over a non-blocking socket, for loops that own the descriptor.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>

#include "common/io/out_buffer.h"

namespace suite {

enum class FlushStatus {
  kDone,     // the outbox is empty
  kBlocked,  // the socket takes no more now, or it had its share: wait until it is writable
  kFailed,   // the peer is gone
  kBroken,   // what is left cannot be sent: the file it comes from changed
};

/// What happens to the sending side once the outbox is empty.
enum class Then {
  kStaysOpen,
  kEnds,  // it is shut down or closed at once: the FIN then travels with the last bytes (MSG_MORE, send(2))
};

/// The next bytes of an outbox, as one system call takes them. Valid until the outbox changes; looks at
/// nothing else of it, so that send() may be called where the outbox may not be touched.
class OutFront {
 public:
  OutFront(OutBuffer& out, OutBuffer::Reach reach, Then then);

  /// Nothing that could be sent: see OutBuffer::gather().
  bool empty() const { return count_ == 0; }
  /// As send(2); `flags` besides MSG_NOSIGNAL.
  ssize_t send(int fd, int flags = 0) const;

 private:
  std::array<iovec, OutBuffer::kMaxPieces> pieces_;
  std::size_t count_;
  int flags_;
};

struct FlushResult {
  FlushStatus status;
  std::size_t sent;  // bytes
};

/// Sends until the outbox is empty, the socket is full, or 4 MiB are sent: a fast reader of a large file must
/// not starve the other connections. In the two last cases no window of a file stays held. SIGPIPE is
/// never raised.
FlushResult flush(int fd, OutBuffer& out, Then then = Then::kStaysOpen);

}  // namespace suite
