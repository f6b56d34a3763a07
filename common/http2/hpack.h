// Field lines compressed as RFC 7541 says: libnghttp2's coders behind values, and what can be told of a block
// without decoding it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

struct nghttp2_hd_deflater;
struct nghttp2_hd_inflater;

namespace suite::http2 {

/// A view into whoever hands it out.
struct FieldView {
  std::string_view name, value;
  bool never_indexed = false;  // RFC 7541 6.2.3
};

/// Whether decoding the block changes the dynamic table: it inserts, or changes the table's size (RFC
/// 7541 6.2.1, 6.3). Also true of a block that is malformed: only decoding tells how.
bool changes_table(std::span<const std::byte> block);

/// One direction of one connection, receiving. One thread.
class HpackDecoder {
 public:
  enum class Outcome {
    kWhole,
    kMalformed,  // COMPRESSION_ERROR (RFC 9113 4.3): what follows cannot be decoded
    kRefused,    // the callback returned false; what follows cannot be decoded either
  };

  /// `table_size`: the largest dynamic table that the other end may use, as our SETTINGS say. Throws
  /// std::bad_alloc.
  explicit HpackDecoder(std::uint32_t table_size = 4096);

  /// Decodes a whole block, its frames put together. `take(const FieldView&)` returns whether to go on; what
  /// it is given lasts as long as the call.
  template <class Take>
  Outcome decode(std::span<const std::byte> block, Take&& take) {
    return decode(block, &take, [](void* target, const FieldView& field) {
      return static_cast<bool>((*static_cast<std::remove_reference_t<Take>*>(target))(field));
    });
  }

  /// Rises with each block that may have changed the table: what a block without changes meant while this had
  /// the same value is what it means now.
  std::uint64_t generation() const { return generation_; }

 private:
  struct Delete {
    void operator()(nghttp2_hd_inflater* inflater) const;
  };
  Outcome decode(std::span<const std::byte> block, void* target, bool (*take)(void*, const FieldView&));

  std::unique_ptr<nghttp2_hd_inflater, Delete> inflater_;
  std::uint64_t generation_ = 0;
};

/// One direction of one connection, sending. One thread.
class HpackEncoder {
 public:
  /// `most`: the largest table that this keeps, whatever the other end allows. Throws std::bad_alloc.
  explicit HpackEncoder(std::uint32_t most = 4096);

  /// The other end's SETTINGS_HEADER_TABLE_SIZE; the next block says what is used of it (RFC 7541 4.2).
  void allow_table(std::uint32_t bytes);
  /// Appends a block. Throws std::bad_alloc.
  void encode(std::span<const FieldView> fields, std::vector<std::byte>& out);

 private:
  struct Delete {
    void operator()(nghttp2_hd_deflater* deflater) const;
  };
  std::unique_ptr<nghttp2_hd_deflater, Delete> deflater_;
};

/// Appends a field as a literal without indexing, its name an index of the static table where that has it
/// (RFC 7541 6.2.2, Appendix A): bytes that mean the same on every connection, whatever came before. No
/// Huffman code.
void append_literal(std::vector<std::byte>& out, std::string_view name, std::string_view value);

/// What codes and decodes: "libnghttp2 1.52.0".
std::string hpack_library();

}  // namespace suite::http2
