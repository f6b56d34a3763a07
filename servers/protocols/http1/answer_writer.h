// Answers as bytes of HTTP/1: heads (RFC 9112 4), and where their bodies come from.
#pragma once

#include "common/io/out_buffer.h"
#include "servers/protocols/http/answer.h"
#include "servers/protocols/http/http_worker.h"

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

Answered write_answer(const AnswerContext& to, const Answer& answer);

}  // namespace suite
