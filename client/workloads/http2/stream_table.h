// One HTTP/2 connection's open streams, found by their identifiers.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "client/workloads/workload.h"

namespace suite {

/// A request that was sent and is not answered in full.
struct Stream {
  std::uint32_t id = 0;  // 0: the slot is free
  Ticket ticket = 0;
  std::uint32_t place = 0;        // of the request
  std::uint16_t status = 0;       // 0: the final head has not come
  bool begun = false;             // a part of its reply has arrived, and the engine knows
  bool is_uploading = false;      // a part of its body is still to be sent
  std::uint64_t body_bytes = 0;   // received
  std::uint64_t body_length = 0;  // announced; kUnknownLength: it was not
  std::uint64_t uncredited = 0;   // received since its window was last widened, padding included

  static constexpr std::uint64_t kUnknownLength = UINT64_MAX;
};

/// A client's streams have odd identifiers that only grow (RFC 9113 5.1.1). Number n of them stands at n
/// modulo the capacity, twice as many as may be open: an identifier whose place is still taken, by a stream
/// that lasted longer than so many others, is passed over. Nothing is searched, nothing allocated. One
/// thread.
class StreamTable {
 public:
  static constexpr std::uint32_t kLastId = 0x7fffffff;

  /// For at most `depth` streams at once. Identifiers end before `last_id`.
  explicit StreamTable(std::uint64_t depth, std::uint32_t last_id = kLastId)
      : slots_(2 * std::bit_ceil(depth)), mask_(slots_.size() - 1), last_id_(last_id) {}

  /// Opens a stream with the next identifier. Not where `depth` are open, nor where identifiers have run out.
  Stream& open() {
    while (slot(next_).id != 0) next_ += 2;
    Stream& stream = slot(next_);
    stream = {.id = next_};
    next_ += 2;
    ++open_;
    return stream;
  }
  /// nullptr: it is not open.
  Stream* find(std::uint32_t id) {
    Stream& stream = slot(id);
    return stream.id == id && id != 0 ? &stream : nullptr;
  }
  void close(Stream& stream) {
    stream.id = 0;
    --open_;
  }
  /// Where a stream that is open stands.
  std::size_t index_of(const Stream& stream) const {
    return static_cast<std::size_t>(&stream - slots_.data());
  }

  std::uint64_t open_count() const { return open_; }
  /// Identifiers from this one on are idle (RFC 9113 5.1).
  std::uint32_t next_id() const { return next_; }
  /// Whether `count` more streams find an identifier, however many are passed over.
  bool has_ids_for(std::uint64_t count) const { return next_ + 2 * (count + slots_.size()) < last_id_; }
  /// Free ones among them.
  std::span<Stream> slots() { return slots_; }

  /// The connection is new: none is open.
  void restart() {
    for (Stream& stream : slots_) stream.id = 0;
    next_ = 1;
    open_ = 0;
  }

 private:
  Stream& slot(std::uint32_t id) { return slots_[(id >> 1) & mask_]; }

  std::vector<Stream> slots_;
  std::uint64_t mask_;
  std::uint32_t last_id_;
  std::uint32_t next_ = 1;
  std::uint64_t open_ = 0;
};

}  // namespace suite
