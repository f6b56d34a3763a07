// The memory that OpenSSL takes for each record, and gives back behind it.
#pragma once

#include <array>
#include <utility>

namespace suite {

/// A connection that is idle holds no buffers (SSL_MODE_RELEASE_BUFFERS), so OpenSSL takes one of some 17 KiB
/// for each record that it reads or writes. malloc() keeps no blocks of that size at hand. This does, one for
/// reading and one for writing, which stay in cache while they go from connection to connection. One thread
/// at a time.
class RecordMemory {
 public:
  RecordMemory() = default;
  RecordMemory(const RecordMemory&) = delete;
  RecordMemory& operator=(const RecordMemory&) = delete;
  ~RecordMemory();

  /// In its scope this thread's calls of OpenSSL take such blocks from `memory` and give them back there.
  /// What a connection holds on to (part of a record) is its own, and may be given back elsewhere.
  class Use {
   public:
    explicit Use(RecordMemory& memory) : before_(std::exchange(current_, &memory)) {}
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use() { current_ = before_; }

   private:
    RecordMemory* before_;
  };

 private:
  friend struct OpenSslMemory;
  static inline constinit thread_local RecordMemory* current_ = nullptr;

  std::array<void*, 2> spare_{};
};

}  // namespace suite
