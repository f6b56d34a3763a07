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

struct FlushResult {
  FlushStatus status;
  std::size_t sent;  // bytes
};

/// Sends until the outbox is empty, the socket is full, or 4 MiB are sent: a fast reader of a large file must
/// not starve the other connections. In the two last cases no window of a file stays held. SIGPIPE is
/// never raised.
FlushResult flush(int fd, OutBuffer& out);

}  // namespace suite
