// What a request head means to a server (RFC 9110, RFC 9112), or with which status it is refused.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "common/http/request_parser.h"

namespace suite {

enum class Method { kGet, kHead, kOther };

/// A request that may be answered. Views point into the parsed head; an empty one means the field is absent
/// or empty.
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
  std::string_view if_match, if_none_match, if_modified_since, if_unmodified_since, if_range, range;
};

/// Why a head is refused, as a status code. The connection cannot be used after it.
using Refusal = int;

std::expected<Request, Refusal> interpret(const RequestHead& head);

}  // namespace suite
