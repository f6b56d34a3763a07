// Conditional requests and byte ranges (RFC 9110 13 and 14): which part of a file, if any, answers a request.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "servers/protocols/http/request.h"

namespace suite {

/// What a request's conditions are compared with.
struct Validators {
  std::string_view entity_tag;  // strong, with its quotes
  std::chrono::sys_seconds modified;
  std::uint64_t size;
};

/// What to answer with. With 200 and 206: which bytes; with 304, 412 and 416: none.
struct Selection {
  int status;
  std::uint64_t first = 0;
  std::uint64_t size = 0;  // bytes
};

/// In the order of RFC 9110 13.2.2. Several ranges, and those that do not parse, are answered with the whole.
/// A Range means nothing but for GET (14.2).
Selection select(const Request& request, const Validators& file, std::chrono::sys_seconds now);

}  // namespace suite
