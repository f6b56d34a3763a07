#include "servers/backends/asio/asio_connection.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "servers/backends/asio/asio_worker.h"

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

void AsioConnection::open() { obey(talk.on_opened(worker_.turn())); }

void AsioConnection::close(CloseReason reason) {
  const auto self = worker_.forget(*this);
  asio::error_code ignored;
  socket_.close(ignored);
  talk.on_closed(reason);
}

void AsioConnection::read() {
  if (reading_) return;
  reading_ = true;
  fit_buffer();
  socket_.async_read_some(asio::buffer(buffer_.get(), buffer_size_),
                          [self = shared_from_this()](const asio::error_code& error, std::size_t count) {
                            self->on_read(error, count);
                          });
}

void AsioConnection::on_read(const asio::error_code& error, std::size_t count) {
  reading_ = false;
  if (!socket_.is_open()) return;
  const Turn& turn = worker_.start_turn();
  if (error == asio::error::eof) return obey(talk.on_end(turn));
  if (error == asio::error::operation_aborted) return on_interrupted();
  if (error) return close(CloseReason::kReset);
  last_read_ = count;
  if (turn.draining && !told_to_drain_) {
    told_to_drain_ = true;
    talk.on_drain(count + unread_bytes(), turn);  // says to read, and these bytes are read already
  }
  if (talk.lingering()) return obey(talk.on_discarded(count));
  obey(talk.on_bytes(std::span(buffer_.get(), count), turn));
}

void AsioConnection::write() {
  if (writing_) return;
  writing_ = true;
  talk.on_sending(0, worker_.turn());
  auto on_end = [self = shared_from_this()](const asio::error_code& error, std::size_t count) {
    self->on_written(error, count);
  };
  std::array<iovec, OutBuffer::kMaxPieces> gathered;
  const auto pieces = std::span(gathered).first(talk.out().gather(gathered));
  if (pieces.empty()) return close(CloseReason::kCut);
  if (pieces.size() == 1) {  // Asio sends a single buffer without a message header
    const asio::const_buffer piece(pieces[0].iov_base, pieces[0].iov_len);
    return socket_.async_write_some(piece, std::move(on_end));
  }
  pieces_.clear();
  for (const iovec& piece : pieces) pieces_.emplace_back(piece.iov_base, piece.iov_len);
  socket_.async_write_some(std::span<const asio::const_buffer>(pieces_), std::move(on_end));
}

void AsioConnection::on_written(const asio::error_code& error, std::size_t count) {
  writing_ = false;
  if (!socket_.is_open()) return;
  if (error) return close(CloseReason::kReset);
  const Turn& turn = worker_.start_turn();
  OutBuffer& out = talk.out();
  out.advance(count);
  if (out.empty()) return obey(talk.on_sent(count, turn));
  talk.on_sending(count, turn);
  obey(Next::kSend);
}

void AsioConnection::interrupt() {
  if (!reading_) return on_interrupted();
  asio::error_code ignored;
  socket_.cancel(ignored);
}

void AsioConnection::on_interrupted() {
  const Turn& turn = worker_.turn();
  const auto deadline = talk.deadline();
  if (deadline && *deadline <= turn.now) return obey(talk.on_deadline(turn));
  if (!writing_) obey(Next::kRead);
}

void AsioConnection::obey(Next next) {
  const Turn& turn = worker_.turn();
  if (next == Next::kRead && turn.draining && !told_to_drain_) {
    told_to_drain_ = true;
    next = talk.on_drain(unread_bytes(), turn);
  }
  if (next == Next::kClose) return close(talk.close_reason());
  if (next == Next::kLinger) ::shutdown(socket_.native_handle(), SHUT_WR);
  next == Next::kSend ? write() : read();
  worker_.note_deadline(*this);
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
