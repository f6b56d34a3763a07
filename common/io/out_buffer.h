// What is still to be sent on one connection, in order, as pieces that need not be copied.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <span>
#include <vector>

namespace suite {

/// An outbox. A session fills it; a loop takes from its front with gather() and advance(). One thread.
///
/// Borrowed bytes belong to somebody else (the loop's receive buffer) and stay valid until they are sent
/// or copied by own(). Own bytes live here. Between own() and the moment the outbox is empty, nothing may
/// be added: gathered addresses stay valid for a send that completes later.
class OutBuffer {
 public:
  static constexpr std::size_t kMaxOwnBytes = 64 * 1024;
  static constexpr std::size_t kMaxPieces = 64;

  bool empty() const { return size_ == 0; }
  /// Bytes still to be sent.
  std::size_t size() const { return size_; }
  /// A session stops answering when this is true, and returns After::kMore.
  bool full() const { return own_bytes_.size() >= kMaxOwnBytes || pieces_.size() >= kMaxPieces; }

  /// Adds bytes that stay where they are.
  void borrow(std::span<const std::byte> bytes);
  /// Adds a copy of `bytes`.
  void append(std::span<const std::byte> bytes);
  /// Copies whatever is borrowed still, so that the lender may reuse its buffer.
  void own();

  /// Fills `into` with the next bytes to send and returns how many entries it used: 0 when empty.
  std::size_t gather(std::span<iovec> into) const;
  /// Takes the first `count` bytes off; they were sent. At most size().
  void advance(std::size_t count);

 private:
  struct Piece {
    const std::byte* borrowed;  // nullptr: the bytes are own_bytes_[own_offset, own_offset + size)
    std::size_t own_offset;
    std::size_t size;
  };

  const std::byte* data_of(const Piece& piece) const {
    return piece.borrowed != nullptr ? piece.borrowed : own_bytes_.data() + piece.own_offset;
  }
  void clear();

  std::vector<Piece> pieces_;
  std::size_t first_ = 0;  // pieces before it are sent
  std::vector<std::byte> own_bytes_;
  std::size_t size_ = 0;
};

}  // namespace suite
