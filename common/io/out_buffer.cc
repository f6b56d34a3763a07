#include "common/io/out_buffer.h"

#include <algorithm>
#include <cassert>

namespace suite {
namespace {

// An outbox that once held a slow reader's bytes gives larger storage than this back when it is empty.
constexpr std::size_t kKeptBytes = 1024;

}  // namespace

void OutBuffer::borrow(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  size_ += bytes.size();
  pieces_.push_back({.borrowed = bytes.data(), .own_offset = 0, .size = bytes.size()});
}

void OutBuffer::append(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  size_ += bytes.size();
  const std::size_t offset = own_bytes_.size();
  own_bytes_.insert(own_bytes_.end(), bytes.begin(), bytes.end());
  if (!pieces_.empty() && pieces_.back().borrowed == nullptr) {
    pieces_.back().size += bytes.size();
  } else {
    pieces_.push_back({.borrowed = nullptr, .own_offset = offset, .size = bytes.size()});
  }
}

void OutBuffer::own() {
  for (Piece& piece : std::span(pieces_).subspan(first_)) {
    if (piece.borrowed == nullptr) continue;
    const std::size_t offset = own_bytes_.size();
    own_bytes_.insert(own_bytes_.end(), piece.borrowed, piece.borrowed + piece.size);
    piece = {.borrowed = nullptr, .own_offset = offset, .size = piece.size};
  }
}

std::size_t OutBuffer::gather(std::span<iovec> into) const {
  const std::size_t count = std::min(into.size(), pieces_.size() - first_);
  for (std::size_t i = 0; i < count; ++i) {
    const Piece& piece = pieces_[first_ + i];
    // iovec serves reading and writing alike, hence its non-const pointer; a send only reads.
    into[i] = {.iov_base = const_cast<std::byte*>(data_of(piece)), .iov_len = piece.size};
  }
  return count;
}

void OutBuffer::advance(std::size_t count) {
  assert(count <= size_);
  size_ -= count;
  if (size_ == 0) {
    clear();
    return;
  }
  while (count > 0) {
    Piece& piece = pieces_[first_];
    const std::size_t taken = std::min(count, piece.size);
    if (piece.borrowed != nullptr) {
      piece.borrowed += taken;
    } else {
      piece.own_offset += taken;
    }
    piece.size -= taken;
    count -= taken;
    if (piece.size == 0) ++first_;
  }
}

void OutBuffer::clear() {
  pieces_.clear();
  first_ = 0;
  if (own_bytes_.capacity() > kKeptBytes) {
    own_bytes_ = {};
  } else {
    own_bytes_.clear();
  }
}

}  // namespace suite
