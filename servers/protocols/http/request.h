// What a request head means to a server (RFC 9110, RFC 9112), or with which status it is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

#include "common/http/request_parser.h"

namespace suite {

enum class Method { kGet, kHead, kOther };

/// A field that is a list, on however many lines: "the combined field value consists of the list of
/// corresponding field line values" (RFC 9110 5.3). A view into the parsed head.
struct ListField {
  /// From the first line of that name to the last; others may lie between. Empty: there is none.
  std::span<const Field> lines;

  bool present() const { return !lines.empty(); }
};

/// A field that is no list. A view into the parsed head.
struct SingleField {
  std::string_view first;  // the value of its first line
  std::size_t lines = 0;   // 0: there is none; several are not valid

  bool present() const { return lines > 0; }
  /// Empty where the field is absent, empty or not valid.
  std::string_view value() const { return lines == 1 ? first : std::string_view(); }
};

/// A request that may be answered. What several lines of a field mean, for each field that the server reads:
///
///   Host, Content-Length, Transfer-Encoding   400: two servers could read them differently
///   Connection, Expect                        one list (RFC 9110 5.3), of which every member counts
///   If-Match, If-None-Match                   one list, of which any member may match
///   If-Modified-Since, If-Unmodified-Since    ignored: "the field value has more than one member" (13.1.3)
///   If-Range                                  no validator, so that Range is ignored (13.1.5)
///   Range                                     ignored: it is no list (14.2)
struct Request {
  Method method = Method::kOther;
  std::string_view path;   // of the target, still encoded; begins with '/'
  std::string_view query;  // with its '?', or empty

  bool keep_alive = true;   // the client lets the connection stay open (RFC 9112 9.3)
  bool is_http_10 = false;  // so that staying open has to be said

  std::uint64_t body_size = 0;  // of a body whose length is known
  bool body_is_chunked = false;
  bool expects_continue = false;  // RFC 9110 10.1.1
  bool has_body() const { return body_size > 0 || body_is_chunked; }

  // Conditions and ranges (RFC 9110 13 and 14).
  ListField if_match, if_none_match;
  SingleField if_modified_since, if_unmodified_since, if_range, range;
};

/// Why a head is refused, as a status code. The connection cannot be used after it.
using Refusal = int;

std::expected<Request, Refusal> interpret(const RequestHead& head);

}  // namespace suite
