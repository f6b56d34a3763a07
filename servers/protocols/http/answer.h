// Answers as bytes: heads (RFC 9112 4), and where their bodies come from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/io/out_buffer.h"
#include "servers/protocols/http/http_worker.h"
#include "servers/protocols/http/request.h"

namespace suite {

/// What the head says of the connection after this answer.
enum class Stay {
  kOpen,      // nothing: HTTP/1.1 stays open
  kOpenSaid,  // "keep-alive", for HTTP/1.0
  kClose,     // "close"
};

/// How one answer is to be written.
struct AnswerContext {
  HttpWorker& worker;
  const Turn& turn;
  OutBuffer& out;
  bool head_only = false;  // the request was a HEAD: all but the body
  Stay stay = Stay::kOpen;
};

/// What went out, for the log.
struct Answered {
  int status;
  std::uint64_t body_bytes;
};

/// An answer that says no more than its status, in words. `fields`: further field lines, with their ends.
Answered answer_with_status(const AnswerContext& to, int status, std::string_view fields = {});

/// What the path leads to, on the request's conditions.
Answered answer_with_file(const AnswerContext& to, const Request& request, const Found& found);

}  // namespace suite
