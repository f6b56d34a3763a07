#include "servers/backends/libuv/uv_worker.h"

#include <sys/uio.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "servers/read_or_more.h"

namespace suite {
namespace {

constexpr std::size_t kReceiveBytes = 64 * 1024;

Error uv_error(std::string what, int status) {
  return {.what = std::move(what), .why = uv_strerror(status), .advice = {}};
}

UvWorker& worker_of(void* data) { return *static_cast<UvWorker*>(data); }
UvConnection& connection_of(void* data) { return *static_cast<UvConnection*>(data); }

/// The front of an outbox in libuv's words.
struct Buffers {
  explicit Buffers(OutBuffer& out) {
    std::array<iovec, OutBuffer::kMaxPieces> pieces;
    count = static_cast<unsigned>(out.gather(pieces));
    for (unsigned i = 0; i < count; ++i) {
      list[i].base = static_cast<char*>(pieces[i].iov_base);
      list[i].len = pieces[i].iov_len;
      size += pieces[i].iov_len;
    }
  }
  std::array<uv_buf_t, OutBuffer::kMaxPieces> list;
  unsigned count = 0;
  std::size_t size = 0;  // bytes
};

}  // namespace

std::expected<void, Error> UvLoop::run(LoopContext& context) {
  UvWorker worker(context);
  auto outcome = worker.open();
  if (outcome) {
    context.on_ready();
    outcome = worker.run();
  }
  auto closed = worker.close_loop();
  return outcome ? closed : outcome;
}

UvWorker::UvWorker(LoopContext& context) : WorkerFrame(context), buffer_(kReceiveBytes) {}

std::expected<void, Error> UvWorker::open() {
  int status = uv_loop_init(&loop_);
  if (status != 0) return std::unexpected(uv_error("open a libuv loop", status));
  loop_.data = this;
  uv_prepare_init(&loop_, &prepare_);
  uv_prepare_start(&prepare_, [](uv_prepare_t* handle) {
    UvWorker& worker = worker_of(handle->loop->data);
    worker.guarded_([&] { worker.before_poll(); });
  });
  uv_timer_init(&loop_, &timer_);
  // With its first stream libuv opens a descriptor that it holds in reserve: not with the first connection.
  uv_tcp_init(&loop_, &first_stream_);
  status = uv_poll_init(&loop_, &stop_, context_.stop_fd);
  if (status == 0) {
    status = uv_poll_start(&stop_, UV_READABLE, [](uv_poll_t* handle, int, int) {
      UvWorker& worker = worker_of(handle->loop->data);
      worker.guarded_([&] {
        worker.turn();
        worker.start_drain();
      });
    });
  }
  if (status != 0) return std::unexpected(uv_error("watch the stop descriptor", status));
  status = uv_poll_init(&loop_, &listener_, context_.listener.fd());
  if (status == 0) arm_listener(true);
  if (!listener_armed_) return std::unexpected(uv_error("watch the listener", status));
  return {};
}

std::expected<void, Error> UvWorker::run() {
  const uv_run_mode mode = context_.limits.busy_poll ? UV_RUN_NOWAIT : UV_RUN_DEFAULT;
  while (uv_run(&loop_, mode) != 0) {
  }
  if (guarded_.failure()) return std::unexpected(*guarded_.failure());
  return {};
}

std::expected<void, Error> UvWorker::close_loop() {
  if (loop_.data == nullptr) return {};  // never opened
  close_handles();
  uv_run(&loop_, UV_RUN_DEFAULT);
  if (const int status = uv_loop_close(&loop_); status != 0) {
    return std::unexpected(uv_error("close the libuv loop", status));
  }
  return {};
}

// For the end, when no connection is left: the loop runs out of handles, and uv_run returns.
void UvWorker::close_handles() {
  const auto close_one = [](uv_handle_t* handle, void*) {
    if (!uv_is_closing(handle)) uv_close(handle, nullptr);
  };
  uv_walk(&loop_, close_one, nullptr);
}

void UvWorker::before_poll() {
  if (guarded_.failure()) cut_the_rest();
  if (guarded_.failure() || finished()) return close_handles();
  if (!listener_armed_) arm_listener(gate_.open(connections_.size(), turn_.now) && !turn_.draining);
  arm_timer();
  expect_wait();
}

// uv_timer_start counts from the time that libuv read last, in whole milliseconds rounded down.
void UvWorker::set_timer(std::optional<std::chrono::nanoseconds> left) {
  if (!left) {
    uv_timer_stop(&timer_);
    return;
  }
  uv_update_time(&loop_);
  const auto on_due_time = [](uv_timer_t* handle) {
    UvWorker& worker = worker_of(handle->loop->data);
    worker.guarded_([&] { worker.on_timer(); });
  };
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(*left).count();
  uv_timer_start(&timer_, on_due_time, static_cast<std::uint64_t>(milliseconds) + 1, 0);
}

void UvWorker::on_timer() {
  timer_ended();
  expect_wait();  // libuv runs its timers before it waits, too
  turn();
  expire_deadlines();
}

bool UvWorker::watch_listener(bool watched) {
  if (!watched) return uv_poll_stop(&listener_) == 0;
  const auto on_readable = [](uv_poll_t* handle, int, int) {
    UvWorker& worker = worker_of(handle->loop->data);
    worker.guarded_([&] {
      worker.turn();
      worker.accept_waiting();
    });
  };
  return uv_poll_start(&listener_, UV_READABLE, on_readable) == 0;
}

void UvWorker::open_connection(Accepted accepted) {
  ++context_.worker.totals.connections;
  UvConnection& connection =
      connections_.add(std::make_unique<UvConnection>(*this, context_.make_session(accepted.peer), context_));
  if (adopt_socket(connection, std::move(accepted.fd)) != 0) {
    return close(connection, CloseReason::kCut);
  }
  const Next next = connection.talk.on_opened(turn());
  if (turn_.draining) return drain_connection(connection);
  obey(connection, next);
}

int UvWorker::adopt_socket(UvConnection& connection, UniqueFd socket) {
  auto& handle = connection.handle;
  const bool is_unix = context_.listener.endpoint().is_unix();
  is_unix ? uv_pipe_init(&loop_, &handle.pipe, 0) : uv_tcp_init(&loop_, &handle.tcp);
  const int status =
      is_unix ? uv_pipe_open(&handle.pipe, socket.get()) : uv_tcp_open(&handle.tcp, socket.get());
  if (status == 0) socket.release();
  return status;
}

int UvWorker::descriptor_of(const UvConnection& connection) {
  uv_os_fd_t fd = -1;
  uv_fileno(&connection.handle.any, &fd);
  return fd;
}

void UvWorker::on_read(UvConnection& connection, ssize_t count) {
  if (count == 0) return;  // EAGAIN
  if (count == UV_EOF) return obey(connection, connection.talk.on_end(turn()));
  if (count < 0) return close(connection, CloseReason::kReset);
  const auto size = static_cast<std::size_t>(count);
  if (connection.talk.lingering()) {
    const Next next = connection.talk.on_discarded(size, turn());
    if (next == Next::kClose) close(connection, connection.talk.close_reason());
    return;
  }
  const auto in = std::as_bytes(std::span(buffer_).first(size));
  obey(connection, connection.talk.on_bytes(in, turn()));
}

void UvWorker::obey(UvConnection& connection, Next next) {
  if (connection.writing > 0 && next == Next::kSend) return;  // on_written() goes on
  for (int parts = 0; next == Next::kSend || next == Next::kReadOrMore; ++parts) {
    if (next == Next::kReadOrMore) {
      const auto then = read_or_more(connection.talk, descriptor_of(connection),
                                     std::as_writable_bytes(std::span(buffer_)), turn());
      if (!then) return close(connection, CloseReason::kReset);
      next = *then;
      if (next != Next::kSend || parts < kPartsPerTurn) continue;
      return write_rest(connection, 0);
    }
    OutBuffer& out = connection.talk.out();
    const Buffers buffers(out);
    if (buffers.count == 0) return close(connection, CloseReason::kCut);
    const int status = uv_try_write(&connection.handle.stream, buffers.list.data(), buffers.count);
    if (status < 0 && status != UV_EAGAIN) return close(connection, CloseReason::kReset);
    const std::size_t sent = status < 0 ? 0 : static_cast<std::size_t>(status);
    out.advance(sent);
    if (!out.empty()) return write_rest(connection, sent);
    next = connection.talk.on_sent(sent, turn());
  }
  if (next == Next::kClose) return close(connection, connection.talk.close_reason());
  if (next == Next::kLinger) {
    uv_shutdown(&connection.shutdown, &connection.handle.stream, nullptr);
    note_linger(connection);
  }
  start_reading(connection);
  connections_.note_deadline(connection);
}

void UvWorker::start_reading(UvConnection& connection) {
  const auto lend_buffer = [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
    std::vector<char>& bytes = connection_of(handle->data).worker.buffer_;
    *buffer = uv_buf_init(bytes.data(), static_cast<unsigned>(bytes.size()));
  };
  const auto on_input = [](uv_stream_t* stream, ssize_t count, const uv_buf_t*) {
    UvConnection& reader = connection_of(stream->data);
    reader.worker.guarded_([&] { reader.worker.on_read(reader, count); });
  };
  // Refused (UV_EALREADY) where it is reading still, which is the usual case.
  uv_read_start(&connection.handle.stream, lend_buffer, on_input);
}

void UvWorker::write_rest(UvConnection& connection, std::size_t sent) {
  connection.talk.on_blocked(sent, turn());
  connections_.note_deadline(connection);
  uv_read_stop(&connection.handle.stream);
  const Buffers buffers(connection.talk.out());
  if (buffers.count == 0) return close(connection, CloseReason::kCut);
  connection.writing = buffers.size;
  const auto on_end = [](uv_write_t* request, int status) {
    UvConnection& written = connection_of(request->handle->data);
    written.worker.guarded_([&] { written.worker.on_written(written, status); });
  };
  const int status =
      uv_write(&connection.write, &connection.handle.stream, buffers.list.data(), buffers.count, on_end);
  if (status != 0) close(connection, CloseReason::kReset);
}

void UvWorker::on_written(UvConnection& connection, int status) {
  if (uv_is_closing(&connection.handle.any)) return;
  if (status != 0) return close(connection, CloseReason::kReset);
  OutBuffer& out = connection.talk.out();
  const std::size_t sent = std::exchange(connection.writing, 0);
  out.advance(sent);
  if (!out.empty()) return write_rest(connection, sent);
  obey(connection, connection.talk.on_sent(sent, turn()));
}

void UvWorker::on_due(UvConnection& connection) {
  if (connection.writing > 0) {
    const std::size_t left = uv_stream_get_write_queue_size(&connection.handle.stream);
    if (left == 0) return;  // on_written() comes in this turn
    if (left < connection.writing) {
      const std::size_t sent = connection.writing - std::exchange(connection.writing, left);
      connection.talk.out().advance(sent);
      connection.talk.on_blocked(sent, turn());
      return connections_.note_deadline(connection);
    }
  }
  obey(connection, connection.talk.on_deadline(turn()));
}

// libuv closes the descriptor at once, cancels a write under way, and gives the memory back a little later.
void UvWorker::close(UvConnection& connection, CloseReason reason) {
  UvConnection* const closing = connections_.take(connection).release();
  uv_close(&closing->handle.any, [](uv_handle_t* handle) { delete &connection_of(handle->data); });
  gate_.on_close();
  closing->talk.on_closed(reason);
}

}  // namespace suite
