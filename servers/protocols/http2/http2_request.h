// What a header block means to a server (RFC 9113 8), or why it is refused.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "common/http/request_parser.h"
#include "common/http2/hpack.h"
#include "servers/protocols/http/request.h"

namespace suite {

/// The fields of a decoded block, copied: a decoder's views last no longer than its call. One worker's, used
/// again for each block.
class Http2Fields {
 public:
  /// As RFC 9113 6.5.2 counts the size of a list: names, values, and 32 for each.
  static constexpr std::size_t kMostBytes = RequestLimits::kHeadBytes;
  static constexpr std::size_t kMostFields = RequestLimits::kFields;

  void clear() {
    count_ = used_ = size_ = 0;
    too_large_ = false;
  }
  /// False where it is larger than anything that is worth decoding to its end.
  bool add(const http2::FieldView& field);
  /// More than there is room for: what did not fit is missing.
  bool too_large() const { return too_large_; }
  std::span<const Field> all() const { return std::span(fields_).first(count_); }

 private:
  static constexpr std::size_t kAbsurd = 64 * kMostBytes;

  std::string_view keep(std::string_view text);

  std::size_t count_ = 0;
  std::size_t used_ = 0;  // of text_
  std::size_t size_ = 0;
  bool too_large_ = false;
  std::array<Field, kMostFields> fields_;
  std::array<char, kMostBytes> text_;
};

/// A request. What several lines of a field mean is said at Request; of those below: Content-Length is
/// malformed, Expect is one list.
struct Http2Request : Request {
  std::string_view method_name, target;  // for the log
  std::optional<std::uint64_t> content_length;
  bool expects_continue = false;  // RFC 9110 10.1.1

  /// A GET of what the path names, and nothing else.
  bool is_plain() const {
    return method == Method::kGet && !if_match.present() && !if_none_match.present() &&
           !if_modified_since.present() && !if_unmodified_since.present() && !if_range.present() &&
           !range.present();
  }
};

/// In place of a status: the request is malformed, and so a stream error (RFC 9113 8.1.1).
inline constexpr Refusal kMalformedRequest = 0;

/// Sets `request`, whose views point to where those of `fields` do. Of one that is refused with a status,
/// method and target are set too, as far as they are known.
std::expected<void, Refusal> interpret_fields(std::span<const Field> fields, Http2Request& request);

/// Whether these may stand behind a body (RFC 9113 8.1): no pseudo-header fields, nothing malformed.
bool good_trailers(std::span<const Field> fields);

}  // namespace suite
