#include "common/io/out_buffer.h"

#include <algorithm>
#include <cassert>
#include <new>
#include <utility>

namespace suite {
namespace {

// An outbox that once held a slow reader's bytes gives larger storage than this back when it is empty.
constexpr std::size_t kKeptBytes = 1024;

// iovec serves reading and writing alike, hence its non-const pointer; a send only reads.
iovec entry_of(const std::byte* data, std::size_t size) {
  return {.iov_base = const_cast<std::byte*>(data), .iov_len = size};
}

// Nothing where there is no memory for one.
WindowPool::Window take_from(WindowPool& pool) {
  try {
    return pool.take();
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

}  // namespace

void OutBuffer::add(Kind kind, std::span<const std::byte> bytes) {
  size_ += bytes.size();
  pieces_.push_back({.elsewhere = bytes.data(), .own_offset = 0, .size = bytes.size(), .kind = kind});
}

void OutBuffer::borrow(std::span<const std::byte> bytes) {
  if (!bytes.empty()) add(Kind::kBorrowed, bytes);
}

void OutBuffer::share(std::shared_ptr<const void> owner, std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  add(Kind::kShared, bytes);
  owners_.push_back(std::move(owner));
}

void OutBuffer::share_pages(std::shared_ptr<const void> owner, std::span<const std::byte> bytes,
                            PagePipe& pipe) {
  if (bytes.empty()) return;
  add(Kind::kPages, bytes);
  owners_.push_back(std::move(owner));
  page_pipe_ = &pipe;
}

void OutBuffer::append(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  size_ += bytes.size();
  const std::size_t offset = own_bytes_.size();
  own_bytes_.insert(own_bytes_.end(), bytes.begin(), bytes.end());
  if (!pieces_.empty() && pieces_.back().elsewhere == nullptr) {
    pieces_.back().size += bytes.size();
  } else {
    pieces_.push_back({.elsewhere = nullptr, .own_offset = offset, .size = bytes.size(), .kind = Kind::kOwn});
  }
}

void OutBuffer::append_file(FileSlice slice, WindowPool& pool) {
  assert(file_ == nullptr);
  if (slice.size == 0) return;
  size_ += slice.size;
  file_ = std::make_unique<FilePart>(std::move(slice), pool, window_bytes_);
}

void OutBuffer::own() {
  for (Piece& piece : std::span(pieces_).subspan(first_)) {
    if (piece.kind != Kind::kBorrowed) continue;
    const std::size_t offset = own_bytes_.size();
    own_bytes_.insert(own_bytes_.end(), piece.elsewhere, piece.elsewhere + piece.size);
    piece = {.elsewhere = nullptr, .own_offset = offset, .size = piece.size, .kind = Kind::kOwn};
  }
}

std::size_t OutBuffer::gather(std::span<iovec> into, Reach reach) {
  std::size_t count = std::min(into.size(), pieces_.size() - first_);
  for (std::size_t i = 0; i < count; ++i) {
    const Piece& piece = pieces_[first_ + i];
    if (piece.kind == Kind::kPages && reach == Reach::kUpToPages) return i;
    into[i] = entry_of(data_of(piece), piece.size);
  }
  if (file_ == nullptr || count == into.size()) return count;
  if (!file_->read_window()) return 0;
  into[count++] = entry_of(file_->window.get() + file_->window_at, file_->window_end - file_->window_at);
  return count;
}

std::span<const std::byte> OutBuffer::front_pages() const {
  if (first_ == pieces_.size() || pieces_[first_].kind != Kind::kPages) return {};
  return {pieces_[first_].elsewhere, pieces_[first_].size};
}

void OutBuffer::advance(std::size_t count) {
  assert(count <= size_);
  size_ -= count;
  if (size_ == 0) return clear();
  count = advance_pieces(count);
  if (count == 0) return;
  file_->window_at += count;
  file_->slice.offset += count;
  file_->slice.size -= count;
}

// What is left of `count` when it reaches behind the last piece: bytes of the file.
std::size_t OutBuffer::advance_pieces(std::size_t count) {
  while (count > 0 && first_ < pieces_.size()) {
    Piece& piece = pieces_[first_];
    const std::size_t taken = std::min(count, piece.size);
    if (piece.elsewhere != nullptr) {
      piece.elsewhere += taken;
    } else {
      piece.own_offset += taken;
    }
    piece.size -= taken;
    count -= taken;
    if (piece.size == 0) ++first_;
  }
  return count;
}

void OutBuffer::release_window() {
  if (file_ != nullptr) file_->release();
}

void OutBuffer::drop() {
  clear();
  size_ = 0;
}

void OutBuffer::clear() {
  pieces_.clear();
  first_ = 0;
  owners_.clear();
  file_.reset();
  if (own_bytes_.capacity() > kKeptBytes) {
    own_bytes_ = {};
  } else {
    own_bytes_.clear();
  }
}

// The last bytes of a file that changed meanwhile are withheld: who sees fewer than were promised knows. One
// that only grew has still what was promised.
bool OutBuffer::FilePart::read_window() {
  if (window_at < window_end) return true;
  if (window == nullptr) window = take_from(pool);
  if (window == nullptr) return false;
  const std::size_t size = std::min<std::uint64_t>(slice.size, window_bytes);
  if (!slice.file->read(slice.offset, {window.get(), size})) return false;
  if (size == slice.size && !slice.file->unchanged_or_grown()) return false;
  window_at = 0;
  window_end = size;
  return true;
}

void OutBuffer::FilePart::release() {
  if (window != nullptr) pool.give_back(std::move(window));
  window_at = window_end = 0;
}

}  // namespace suite
