// What an outbox would send, as text.
#pragma once

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <string>

#include "common/io/out_buffer.h"

namespace suite::test {

/// Takes all of it, as a loop does that can send at once; "(broken)" stands where the rest cannot be sent.
inline std::string sent_text(OutBuffer& out) {
  std::string sent;
  while (!out.empty()) {
    std::array<iovec, OutBuffer::kMaxPieces> pieces;
    const std::size_t count = out.gather(pieces);
    if (count == 0) return sent + "(broken)";
    std::size_t size = 0;
    for (std::size_t i = 0; i < count; ++i) {
      sent.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
      size += pieces[i].iov_len;
    }
    out.advance(size);
  }
  return sent;
}

}  // namespace suite::test
