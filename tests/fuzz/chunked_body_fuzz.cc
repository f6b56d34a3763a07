// Chunked bodies end in the same place, or are refused, wherever they are cut; and where llhttp ends them.
#include <string>

#include "common/http/chunked_body.h"
#include "tests/fuzz/targets.h"
#include "tests/support/llhttp_request.h"

namespace suite::fuzz {
namespace {

struct BodyEnd {
  ChunkedBody::Status status = ChunkedBody::Status::kMore;
  std::size_t size = 0;  // of the body, where it ends
  bool operator==(const BodyEnd&) const = default;
};

BodyEnd body_end(std::string_view text, Cuts cuts) {
  ChunkedBody body;
  BodyEnd end;
  in_pieces(text, cuts, [&](std::string_view piece) {
    std::string_view rest = piece;
    end.status = body.skip(rest);
    end.size += piece.size() - rest.size();
    return end.status == ChunkedBody::Status::kMore;
  });
  if (end.status == ChunkedBody::Status::kMalformed) end.size = 0;
  return end;
}

}  // namespace

void chunked_body(Input input) {
  const Cuts cuts{.first = input.number(), .step = input.number()};
  const BodyEnd whole = body_end(input.text(), kWhole);
  require(body_end(input.text(), cuts) == whole, "the same end, wherever it is cut");
  if (whole.status != ChunkedBody::Status::kEnd) return;
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const test::LlhttpRequest theirs = test::llhttp_message(head + std::string(input.text()));
  if (theirs.complete) require(theirs.size == head.size() + whole.size, "both end it in the same place");
}

}  // namespace suite::fuzz
