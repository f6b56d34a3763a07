// What is still to be sent on one connection, in order, as pieces that need not be copied.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "common/io/page_pipe.h"
#include "common/io/source_file.h"

namespace suite {

/// An outbox. A session fills it; a loop takes from its front with gather() and advance(). One thread.
///
/// Borrowed bytes belong to somebody else (the loop's receive buffer) and stay valid until they are sent
/// or copied by own(). Own bytes live here. Shared bytes are kept alive by their owner, and nobody changes
/// them. A slice of a file comes last. Between own() and the moment the outbox is empty, nothing may be
/// added: gathered addresses stay valid for a send that completes later.
class OutBuffer {
 public:
  static constexpr std::size_t kMaxOwnBytes = 64 * 1024;
  static constexpr std::size_t kMaxPieces = 64;

  OutBuffer() = default;
  /// Reads a file that is in it through windows of at most `window_bytes`.
  explicit OutBuffer(std::size_t window_bytes) : window_bytes_(window_bytes) {}
  OutBuffer(OutBuffer&&) = default;
  OutBuffer& operator=(OutBuffer&&) = default;

  bool empty() const { return size_ == 0; }
  /// Bytes still to be sent.
  std::uint64_t size() const { return size_; }
  /// A session stops answering when this is true, and returns After::kMore.
  bool full() const {
    return own_bytes_.size() >= kMaxOwnBytes || pieces_.size() >= kMaxPieces || file_ != nullptr;
  }

  /// Adds bytes that stay where they are.
  void borrow(std::span<const std::byte> bytes);
  /// Adds a copy of `bytes`.
  void append(std::span<const std::byte> bytes);
  /// Makes room for `bytes` in appends, so that they are not moved as they grow.
  void reserve(std::size_t bytes) { own_bytes_.reserve(own_bytes_.size() + bytes); }
  /// Adds bytes that live as long as `owner` does.
  void share(std::shared_ptr<const void> owner, std::span<const std::byte> bytes);
  /// The same for bytes in a PageMemory, which may go through `pipe`. The pipe outlives this, and is the only
  /// one that this is ever given.
  void share_pages(std::shared_ptr<const void> owner, std::span<const std::byte> bytes, PagePipe& pipe);
  /// Adds part of a file, read through windows of `pool`, which outlives this. Nothing may be added after it.
  void append_file(FileSlice slice, WindowPool& pool);
  /// Copies whatever is borrowed still, so that the lender may reuse its buffer.
  void own();

  enum class Reach { kAll, kUpToPages };
  /// Fills `into`, at least two entries, with the next bytes to send, and returns how many entries it used.
  /// 0 when empty, or when the file in it shrank, changed or failed: then what is left cannot be sent, ever.
  /// With kUpToPages also where the next bytes are front_pages().
  std::size_t gather(std::span<iovec> into, Reach reach = Reach::kAll);
  /// The next bytes, where they are pages that may go through page_pipe(); empty otherwise.
  std::span<const std::byte> front_pages() const;
  /// Where there are front_pages().
  PagePipe& page_pipe() const { return *page_pipe_; }
  /// Takes the first `count` bytes off; they were sent. No more than were gathered.
  void advance(std::size_t count);
  /// Takes everything off, unsent.
  void drop();
  /// For a loop that will wait before it gathers again: gives a file's window back; it is read again then.
  void release_window();

 private:
  enum class Kind : unsigned char { kOwn, kBorrowed, kShared, kPages };
  struct Piece {
    const std::byte* elsewhere;  // nullptr: the bytes are own_bytes_[own_offset, own_offset + size)
    std::size_t own_offset;
    std::size_t size;
    Kind kind;
  };
  /// The file, and what of it has been read.
  struct FilePart {
    FilePart(FileSlice part, WindowPool& windows, std::size_t most)
        : slice(std::move(part)), pool(windows), window_bytes(most) {}
    FilePart(const FilePart&) = delete;
    FilePart& operator=(const FilePart&) = delete;
    ~FilePart() { release(); }

    bool read_window();
    void release();

    FileSlice slice;  // what is still to be sent, the window's bytes included
    WindowPool& pool;
    std::size_t window_bytes;  // read at a time
    WindowPool::Window window;
    std::size_t window_at = 0;   // where in the window slice.offset is
    std::size_t window_end = 0;  // how far it is filled
  };

  const std::byte* data_of(const Piece& piece) const {
    return piece.elsewhere != nullptr ? piece.elsewhere : own_bytes_.data() + piece.own_offset;
  }
  void add(Kind kind, std::span<const std::byte> bytes);
  std::size_t advance_pieces(std::size_t count);
  void clear();

  std::vector<Piece> pieces_;
  std::size_t first_ = 0;  // pieces before it are sent
  std::vector<std::byte> own_bytes_;
  std::vector<std::shared_ptr<const void>> owners_;  // of shared pieces
  std::unique_ptr<FilePart> file_;
  PagePipe* page_pipe_ = nullptr;
  std::uint64_t size_ = 0;
  std::size_t window_bytes_ = WindowPool::kWindowBytes;
};

}  // namespace suite
