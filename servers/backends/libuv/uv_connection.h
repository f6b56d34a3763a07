// One connection of a libuv loop: its handle, its requests, and what has to outlive them.
#pragma once

#include <uv.h>

#include <cstddef>
#include <memory>
#include <utility>

#include "servers/loop.h"
#include "servers/loops/connection_table.h"
#include "servers/loops/conversation.h"

namespace suite {

class UvWorker;

/// libuv keeps pointers into this from uv_tcp_init() or uv_pipe_init() until the callback of uv_close().
struct UvConnection {
  UvConnection(UvWorker& owner, std::unique_ptr<Session> session, const LoopContext& context)
      : worker(owner), talk(std::move(session), context.limits, context.worker.totals) {
    handle.any.data = this;
  }
  UvConnection(const UvConnection&) = delete;
  UvConnection& operator=(const UvConnection&) = delete;

  union {
    uv_handle_t any;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;  // a unix socket
  } handle{};
  uv_write_t write{};
  uv_shutdown_t shutdown{};
  std::size_t writing = 0;  // bytes at the front of talk.out() that `write` is under way with; 0: it is free
  UvWorker& worker;
  Conversation talk;
  TableEntry entry;
};

}  // namespace suite
