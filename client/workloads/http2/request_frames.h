// The HEADERS frames that HTTP/2 requests begin with, encoded once and sent again and again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "client/load_plan.h"

namespace suite {

/// One thread's requests in the order in which it takes them, as frames in which only the stream is to be
/// filled in. They come in two forms. Literal ones mean the same on every connection. Indexed ones refer to
/// the dynamic table as the first request of a connection leaves it (RFC 7541 2.3.2) and change nothing in
/// it: they exist where all requests have the same fields but for the path, and the server's table holds
/// them. Read-only; one thread.
class RequestFrames {
 public:
  /// Of `threads` threads, number `thread` takes every threads-th of `requests`, from the thread-th on: all
  /// together they take each in turn. `requests` is not empty, and outlives it.
  RequestFrames(const std::vector<Http2Plan::Request>& requests, ThreadPlace thread);

  /// How many there are; behind the last one the first one follows again.
  std::uint32_t size() const { return static_cast<std::uint32_t>(url_.size()); }
  /// Which of `requests` stands at a place.
  std::uint32_t url(std::uint32_t place) const { return url_[place]; }

  /// How the fields are written.
  enum class Form : std::uint8_t {
    kFirst,           // what the indexed ones rely on
    kIndexed,         //
    kLiteral,         //
    kLiteralNoTable,  // and the table, of which the server wants less, is given up (RFC 7541 4.2)
  };
  /// The form of a connection's first request where the server's table has so many bytes; kFirst is followed
  /// by kIndexed, the others by kLiteral.
  Form first_form(std::uint32_t table_bytes) const;
  /// The largest table that kFirst and kIndexed make use of.
  static constexpr std::uint32_t kTableBytes = 4096;

  /// Appends the frames of the request at a place. The stream ends with them where there is no body.
  void append(std::vector<std::byte>& out, std::uint32_t place, std::uint32_t stream, Form form) const;

 private:
  /// Frames one behind the other; first_[i] is where number i begins, the last one where all end.
  struct Tape {
    std::vector<std::byte> bytes;
    std::vector<std::size_t> begins = {0};

    std::span<const std::byte> at(std::size_t i) const {
      return std::span(bytes).subspan(begins[i], begins[i + 1] - begins[i]);
    }
  };
  void index();
  static void append_frames(std::vector<std::byte>& out, std::span<const std::byte> block, bool ends_stream);
  static void append_patched(std::vector<std::byte>& out, std::span<const std::byte> frames,
                             std::uint32_t stream);

  const std::vector<Http2Plan::Request>& requests_;
  std::vector<std::uint32_t> url_;
  Tape literal_, first_, indexed_;  // by place; the latter two are empty where they cannot be
};

}  // namespace suite
