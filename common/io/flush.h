// Sends an outbox over a non-blocking socket, for loops that own the descriptor.
#pragma once

#include "common/io/out_buffer.h"

namespace suite {

enum class FlushStatus {
  kDone,     // the outbox is empty
  kBlocked,  // the socket takes no more now: wait until it is writable
  kFailed,   // the peer is gone
};

struct FlushResult {
  FlushStatus status;
  std::size_t sent;  // bytes
};

/// Sends until the outbox is empty or the socket is full. SIGPIPE is never raised.
FlushResult flush(int fd, OutBuffer& out);

}  // namespace suite
