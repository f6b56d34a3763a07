// What is answered, as values: http1/ and http2/ write it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "servers/protocols/http/request.h"
#include "servers/protocols/http/static_files.h"

namespace suite {

/// An answer, but for the fields that each has (Server, Date) and those that follow from the values here.
struct Answer {
  int status = 200;
  /// With 200 and 206: whose bytes are sent, with its fields; with 304: whose entity-tag. Otherwise nullptr,
  /// and the body is status_text(status).
  std::shared_ptr<const File> file = {};
  std::uint64_t first = 0, size = 0;  // with 200 and 206: the part of the file
  CachedFile* cached = nullptr;       // with 200: where what was written of it may be kept
  std::string_view field = {};        // a further field: "Location"; empty: none
  std::string value = {};
};

/// 405, whatever the path (RFC 9110 15.5.6).
Answer method_not_allowed();

/// What the path leads to, on the request's conditions, which is a GET or a HEAD.
Answer answer_to(const Request& request, Found found, const Turn& turn);

/// What went out, for the log.
struct Answered {
  int status;
  std::uint64_t body_bytes;
};

}  // namespace suite
