// Sends an outbox over a non-blocking socket, for loops that own the descriptor.
#pragma once

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

struct FlushResult {
  FlushStatus status;
  std::size_t sent;  // bytes
};

/// Sends until the outbox is empty, the socket is full, or 4 MiB are sent: a fast reader of a large file must
/// not starve the other connections. In the two last cases no window of a file stays held. SIGPIPE is
/// never raised.
FlushResult flush(int fd, OutBuffer& out, Then then = Then::kStaysOpen);

}  // namespace suite
