// One connection of a libevent loop: its bufferevent, and what is on the way through it.
#pragma once

#include <event2/bufferevent.h>

#include <cstddef>
#include <memory>
#include <utility>

#include "servers/loop.h"
#include "servers/loops/connection_table.h"
#include "servers/loops/conversation.h"

namespace suite {

class LibeventWorker;

/// The bufferevent's callbacks get a pointer to this; none of them comes once it is freed, though libevent
/// closes the descriptor a little later, within the same turn or the next.
struct LibeventConnection {
  struct Free {
    void operator()(bufferevent* stream) const { bufferevent_free(stream); }
  };

  LibeventConnection(LibeventWorker& owner, std::unique_ptr<Session> session, const LoopContext& context)
      : worker(owner), talk(std::move(session), context.limits, context.worker.totals) {}
  LibeventConnection(const LibeventConnection&) = delete;
  LibeventConnection& operator=(const LibeventConnection&) = delete;

  LibeventWorker& worker;
  std::size_t writing = 0;  // bytes at the front of talk.out() that the output buffer had of it; 0: none
  Conversation talk;
  TableEntry entry;
  std::unique_ptr<bufferevent, Free> stream;  // goes first: its output may refer to what talk.out() holds
};

}  // namespace suite
