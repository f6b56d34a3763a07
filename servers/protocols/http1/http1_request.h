// What a request head means to a server (RFC 9110, RFC 9112), or with which status it is refused.
#pragma once

#include <cstdint>
#include <expected>

#include "common/http/request_parser.h"
#include "servers/protocols/http/request.h"

namespace suite {

/// A request, and what its head says of the connection. What several lines of a field mean, for each field
/// that the server reads, beside those of Request:
///
///   Host, Content-Length, Transfer-Encoding   400: two servers could read them differently
///   Connection, Expect                        one list (RFC 9110 5.3), of which every member counts
struct Http1Request : Request {
  bool keep_alive = true;   // the client lets the connection stay open (RFC 9112 9.3)
  bool is_http_10 = false;  // so that staying open has to be said

  std::uint64_t body_size = 0;  // of a body whose length is known
  bool body_is_chunked = false;
  bool expects_continue = false;  // RFC 9110 10.1.1
  bool has_body() const { return body_size > 0 || body_is_chunked; }
};

/// A refusal is a status code. The connection cannot be used after it.
std::expected<Http1Request, Refusal> interpret(const RequestHead& head);

}  // namespace suite
