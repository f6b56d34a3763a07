// One connection of an io_uring loop, and which of its operations the kernel has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "common/net/unique_fd.h"
#include "common/net/uring.h"
#include "servers/loop.h"
#include "servers/loops/connection_table.h"
#include "servers/loops/conversation.h"

namespace suite {

/// Lives until the last of its operations has completed, so that completions may point to it.
struct UringConnection {
  UringConnection(UniqueFd socket, std::unique_ptr<Session> session, const LoopContext& context)
      : fd(std::move(socket)), talk(std::move(session), context.limits, context.worker.totals) {}

  enum class Sending : std::uint8_t {
    kNothing,
    kAtOnce,  // taken when it is submitted, without a completion; or it comes back
    kWaits,   // for room in the socket
  };

  /// The kernel or a list of the worker's has a pointer to it.
  bool busy() const { return receiving || starved || sending != Sending::kNothing; }

  UniqueFd fd;
  Sending sending = Sending::kNothing;
  bool receiving = false;
  bool receive_cancelled = false;
  bool worth_multishot = false;   // it has sent, and little at a time
  bool starved = false;           // its receive ended for want of a buffer
  bool ended = false;             // the peer has shut down its sending side
  bool shut_down = false;         // we have
  bool closing = false;           // its session is done; it goes when it is no longer busy
  bool came_back = false;         // the send at once did, with
  std::int32_t sent_instead = 0;  // bytes, or an error number
  std::size_t asked_to_send = 0;  // bytes
  ReceiveBuffers::Chunk lent;     // what out() may borrow from; empty: nothing, or lent_copy
  std::vector<std::byte> lent_copy;
  std::vector<std::byte> ahead;  // received while being answered
  Conversation talk;
  TableEntry entry;
};

}  // namespace suite
