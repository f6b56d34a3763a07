#include "servers/backends/asio_common/asio_connection.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <utility>

#include "servers/backends/asio_common/asio_worker.h"

namespace suite {
namespace {

constexpr std::size_t kSmallestBuffer = 1024;
constexpr std::size_t kLargestBuffer = 64 * 1024;
constexpr std::size_t kBufferStep = 4;

}  // namespace

AsioConnection::AsioConnection(AsioWorker& worker, AsioSocket socket, std::unique_ptr<Session> session)
    : talk(std::move(session), worker.context().limits, worker.context().worker.totals),
      worker_(worker),
      socket_(std::move(socket)) {}

void AsioConnection::close(CloseReason reason) {
  const auto self = worker_.forget(*this);
  asio::error_code ignored;
  socket_.close(ignored);
  talk.on_closed(reason);
}

void AsioConnection::interrupt() {
  if (reading_) {
    asio::error_code ignored;
    socket_.cancel(ignored);
  } else if (is_overdue()) {  // a write can only be given up; of a drain it is told at its end
    talk.on_deadline(worker_.turn());
    close(talk.close_reason());
  }
}

AsioConnection::Step AsioConnection::on_opened() { return obey(talk.on_opened(worker_.turn())); }

AsioConnection::Step AsioConnection::on_read(const asio::error_code& error, std::size_t count) {
  reading_ = false;
  if (!socket_.is_open()) return Step::kNone;
  const Turn& turn = worker_.start_turn();
  if (error == asio::error::eof) return obey(talk.on_end(turn));
  if (error == asio::error::operation_aborted) {
    return obey(is_overdue() ? talk.on_deadline(turn) : Next::kRead);
  }
  if (error) {
    close(CloseReason::kReset);
    return Step::kNone;
  }
  last_read_ = count;
  if (turn.draining && !told_to_drain_) {
    told_to_drain_ = true;
    talk.on_drain(count + unread_bytes(), turn);  // says to read, and these bytes are read already
  }
  if (talk.lingering()) {
    return talk.on_discarded(count, turn) == Next::kClose ? obey(Next::kClose) : start_reading();
  }
  return obey(talk.on_bytes(std::span(buffer_.get(), count), turn));
}

AsioConnection::Step AsioConnection::on_written(const asio::error_code& error, std::size_t count) {
  if (!socket_.is_open()) return Step::kNone;
  if (error) {
    close(CloseReason::kReset);
    return Step::kNone;
  }
  const Turn& turn = worker_.start_turn();
  OutBuffer& out = talk.out();
  out.advance(count);
  return out.empty() ? obey(talk.on_sent(count, turn)) : start_writing(count);
}

AsioConnection::Step AsioConnection::obey(Next next) {
  const Turn& turn = worker_.turn();
  for (;;) {
    if ((next == Next::kRead || next == Next::kReadOrMore) && turn.draining && !told_to_drain_) {
      told_to_drain_ = true;
      next = talk.on_drain(unread_bytes(), turn);
    }
    if (next != Next::kReadOrMore) break;
    const auto then = read_or_more();
    if (!then) {
      close(CloseReason::kReset);
      return Step::kNone;
    }
    next = *then;
  }
  if (next == Next::kSend) return start_writing(0);
  if (next == Next::kClose) {
    close(talk.close_reason());
    return Step::kNone;
  }
  if (next == Next::kLinger) {
    ::shutdown(socket_.native_handle(), SHUT_WR);
    worker_.note_linger(*this);
  }
  return start_reading();
}

// Nothing: the connection broke.
std::optional<Next> AsioConnection::read_or_more() {
  asio::error_code error;
  if (!socket_.non_blocking()) socket_.non_blocking(true, error);
  fit_buffer();
  const std::size_t count = error ? 0 : socket_.read_some(room(), error);
  const Turn& turn = worker_.turn();
  if (error == asio::error::would_block || error == asio::error::interrupted) return talk.on_no_input(turn);
  if (error == asio::error::eof) return talk.on_end(turn);
  if (error) return std::nullopt;
  last_read_ = count;
  return talk.on_bytes(std::span(buffer_.get(), count), turn);
}

AsioConnection::Step AsioConnection::start_reading() {
  reading_ = true;
  fit_buffer();
  worker_.note_deadline(*this);
  return Step::kRead;
}

AsioConnection::Step AsioConnection::start_writing(std::size_t sent) {
  talk.on_sending(sent, worker_.turn());
  std::array<iovec, OutBuffer::kMaxPieces> gathered;
  const std::size_t count = talk.out().gather(gathered);
  if (count == 0) {
    close(CloseReason::kCut);
    return Step::kNone;
  }
  pieces_.clear();
  for (const iovec& piece : std::span(gathered).first(count)) {
    pieces_.emplace_back(piece.iov_base, piece.iov_len);
  }
  worker_.note_deadline(*this);
  return Step::kWrite;
}

bool AsioConnection::is_overdue() const {
  const auto deadline = talk.deadline();
  return deadline && *deadline <= worker_.turn().now;
}

void AsioConnection::fit_buffer() {
  std::size_t size = std::max(buffer_size_, kSmallestBuffer);
  if (last_read_ == size) size = std::min(size * kBufferStep, kLargestBuffer);
  if (last_read_ < size / kBufferStep / kBufferStep) size = std::max(size / kBufferStep, kSmallestBuffer);
  if (size == buffer_size_) return;
  buffer_ = std::make_unique_for_overwrite<std::byte[]>(size);
  buffer_size_ = size;
}

std::size_t AsioConnection::unread_bytes() const {
  asio::error_code error;
  const std::size_t count = socket_.available(error);
  return error ? 0 : count;
}

}  // namespace suite
