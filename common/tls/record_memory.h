// The memory that OpenSSL takes for each record, and gives back behind it.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

namespace suite {

/// A connection that is idle holds no buffers (SSL_MODE_RELEASE_BUFFERS), so OpenSSL takes one of some 17 KiB
/// for each record that it reads or writes. malloc() keeps no blocks of that size at hand. This does, one for
/// reading and one for writing, which stay in cache while they go from connection to connection. One thread
/// at a time.
class RecordMemory {
 public:
  /// Small blocks, of which a handshake takes and frees hundreds, are malloc()'s affair. It keeps some of
  /// each size for each thread, about 12 KiB: where each connection has a thread, they are better kept here.
  enum class Small : bool { kByMalloc, kHere };

  explicit RecordMemory(Small small = Small::kByMalloc) : keeps_small_(small == Small::kHere) {}
  RecordMemory(const RecordMemory&) = delete;
  RecordMemory& operator=(const RecordMemory&) = delete;
  ~RecordMemory();

  /// In its scope this thread's calls of OpenSSL take such blocks from `memory` and give them back there.
  /// What a connection holds on to (part of a record) is its own, and may be given back elsewhere.
  class Use {
   public:
    explicit Use(RecordMemory& memory) : before_(std::exchange(current, &memory)) {}
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use() { current = before_; }

   private:
    RecordMemory* before_;
  };

 private:
  friend struct OpenSslMemory;
  static inline constinit thread_local RecordMemory* current = nullptr;

  /// A free block, and the next one of its size.
  struct Free {
    Free* next;
  };
  struct Shelf {
    Free* first = nullptr;
    unsigned count = 0;
  };
  static constexpr std::size_t kShelves = 65;  // up to the largest that malloc() keeps for a thread
  static constexpr unsigned kMostOnAShelf = 32;

  void* take_small(std::size_t size);
  bool keep_small(void* block, std::size_t usable);

  std::array<void*, 2> spare_{};
  std::array<Shelf, kShelves> shelves_{};
  const bool keeps_small_;
};

}  // namespace suite
