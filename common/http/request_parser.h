// The head of an HTTP/1 request (RFC 9112 2 to 5): a pure function over contiguous bytes. It keeps no state
// and copies nothing; who reads from a network keeps an incomplete head and asks again when there is more.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace suite {

/// A field line (RFC 9110 5): name as it stood there, value without the white space around it.
struct Field {
  std::string_view name, value;
};

/// Where a head ends that is longer than what anybody sends in good faith.
struct RequestLimits {
  static constexpr std::size_t kTargetBytes = 8 * 1024;
  static constexpr std::size_t kHeadBytes = 32 * 1024;  // all of it
  static constexpr std::size_t kFields = 100;
};

/// What a head says, as it stands there. The views point into the parsed bytes.
struct RequestHead {
  std::string_view line;    // the request line, without its end
  std::string_view method;  // a token; case matters (RFC 9110 9.1)
  std::string_view target;  // visible ASCII, not empty
  int minor_version = 1;    // of HTTP/1: 0, or 1 for anything later
  std::size_t size = 0;     // bytes of the head, with the empty lines before it and the one behind it

  std::span<const Field> fields() const { return std::span(field_memory).first(field_count); }

  std::size_t field_count = 0;
  std::array<Field, RequestLimits::kFields> field_memory;
};

enum class HeadStatus {
  kComplete,
  kIncomplete,      // so far nothing is wrong with it
  kMalformed,       // 400 (RFC 9110 15.5.1)
  kTargetTooLong,   // 414
  kFieldsTooLarge,  // 431 (RFC 6585 5)
  kOtherVersion,    // 505: neither HTTP/1.0 nor HTTP/1.1, nor a later HTTP/1
};

/// Parses the head at the beginning of `in`. `head` is whole only after kComplete; its line is whole as soon
/// as that has arrived. Strict: lines end in CRLF and hold no other CR, LF, NUL or control character; no
/// space before a colon, no folded lines, one space between the parts of the request line. Empty lines before
/// it are skipped (RFC 9112 2.2).
HeadStatus parse_request_head(std::string_view in, RequestHead& head);

}  // namespace suite
