// A body in the chunked transfer coding (RFC 9112 7.1), skipped exactly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace suite {

/// Finds the end of a chunked body whose bytes come in any pieces. Strict: sizes are hexadecimal digits
/// without sign or padding that fit 64 bits, lines end in CRLF, chunk extensions are well-formed, and the
/// trailer section is made of field lines. Extensions and trailers are read past, as RFC 9112 7.1.1
/// and 7.1.2 allow; a line of them has at most 4 KiB, all extensions together at most 64 KiB ("a server ought
/// to limit the total length of chunk extensions"), the trailer section at most 16 KiB.
class ChunkedBody {
 public:
  enum class Status { kMore, kEnd, kMalformed };

  /// Takes what belongs to the body off the front of `in`: all of it with kMore.
  Status skip(std::string_view& in);

 private:
  enum class At { kSizeLine, kData, kDataEnd, kTrailers };

  Status take_line(std::string_view& in);
  Status on_size_line();
  Status on_trailer_line();

  At at_ = At::kSizeLine;
  std::uint64_t left_ = 0;                               // bytes of this chunk's data
  std::size_t extension_bytes_ = 0, trailer_bytes_ = 0;  // so far
  std::string line_;                                     // the size or trailer line so far, its end included
};

}  // namespace suite
