// Request heads: a prefix of a head is incomplete or already refused the same way, and what is accepted is
// what llhttp reads.
#include <algorithm>
#include <string>

#include "common/http/request_parser.h"
#include "servers/protocols/http1/http1_request.h"
#include "tests/fuzz/targets.h"
#include "tests/support/llhttp_request.h"

namespace suite::fuzz {
namespace {

void check_prefix(std::string_view part, HeadStatus status, const RequestHead& head) {
  RequestHead part_head;
  const HeadStatus part_status = parse_request_head(part, part_head);
  if (part_status == HeadStatus::kComplete) {
    require(status == HeadStatus::kComplete && head.size == part_head.size, "a whole head stays whole");
  } else if (part_status != HeadStatus::kIncomplete) {
    require(status == part_status, "a refusal stays as it is when more arrives");
  }
}

void check_fields(const RequestHead& head, std::string_view text) {
  require(head.size <= text.size(), "a head lies in what was given");
  for (const Field& field : head.fields()) {
    require(!field.name.empty(), "a field has a name");
    require(std::ranges::none_of(field.value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; }),
            "a field is a line");
  }
}

// Where llhttp refuses a head, ours may be right:
// tests/servers/protocols/http1/http1_request_differential_test.cc.
void check_like_llhttp(const RequestHead& head, const Http1Request& ours, std::string_view text) {
  const test::LlhttpRequest theirs = test::llhttp_head(text);
  if (!theirs.complete) return;
  require(theirs.method == head.method, "both read the same method");
  require(theirs.target == head.target, "both read the same target");
  require(theirs.size == head.size, "both end the head in the same place");
  require(theirs.chunked == ours.body_is_chunked, "both agree on whether the body is chunked");
  if (!theirs.chunked) require(theirs.body_size == ours.body_size, "both read the same length");
}

}  // namespace

void request_head(Input input) {
  const std::size_t cut = input.number() | input.number() << 8;
  const std::string text(input.text());
  RequestHead head;
  const HeadStatus status = parse_request_head(text, head);
  check_prefix(std::string_view(text).substr(0, cut), status, head);
  if (status != HeadStatus::kComplete) return;
  check_fields(head, text);
  if (const auto ours = interpret(head)) check_like_llhttp(head, *ours, text);
}

}  // namespace suite::fuzz
