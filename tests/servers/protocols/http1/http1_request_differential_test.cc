// What our server takes a head to mean for the body, against llhttp: two readings of one body's length are
// how requests are smuggled.
#include <gtest/gtest.h>

#include <algorithm>

#include "common/http/scan.h"
#include "servers/protocols/http1/http1_request.h"
#include "tests/support/llhttp_request.h"
#include "tests/support/mangler.h"
#include "tests/support/patience.h"

namespace suite {
namespace {

using test::LlhttpRequest;
using test::shown;

constexpr int kRounds = test::kSanitized ? 20'000 : 100'000;

// What llhttp refuses and our server rightly answers.
bool may_be_refused(const LlhttpRequest& theirs, const RequestHead& ours) {
  return theirs.error == "HPE_INVALID_METHOD"       // it has a list of them; here they are 405
         || theirs.error == "HPE_INVALID_CONSTANT"  // methods of Icecast and RTSP
         || (theirs.error == "HPE_INVALID_VERSION" && !ours.line.ends_with(".0") &&
             !ours.line.ends_with(".1"));  // a later minor version is read as 1.1 (RFC 9110 2.5)
}

// Good by RFC 9110, and not read so by llhttp 8.1: a tab behind a value (5.5), an empty element of a list
// (5.6.1).
bool is_more_than_llhttp_knows(const RequestHead& head, std::string_view text) {
  const std::string_view lines = text.substr(0, head.size);
  return lines.contains("\t\r\n") || lines.contains("\t \r\n") ||
         std::ranges::any_of(head.fields(), [](const Field& field) {
           return equals_ignoring_case(field.name, "transfer-encoding") && field.value.contains(',');
         });
}

TEST(RequestDifferential, FramesBodiesAsLlhttpDoes) {
  test::Mangler mangler(test::kGoodRequests, 3);
  RequestHead head;
  int accepted = 0, with_body = 0;
  for (int i = 0; i < kRounds; ++i) {
    const std::string text = mangler.next();
    if (parse_request_head(text, head) != HeadStatus::kComplete) continue;
    const auto ours = interpret(head);
    if (!ours || is_more_than_llhttp_knows(head, text)) continue;
    const LlhttpRequest theirs = test::llhttp_head(text);
    if (!theirs.complete) {
      ASSERT_TRUE(may_be_refused(theirs, head)) << theirs.error << " in\n" << shown(text);
      continue;
    }
    ++accepted;
    with_body += ours->has_body();
    ASSERT_EQ(ours->body_is_chunked, theirs.chunked) << shown(text);
    ASSERT_EQ(ours->body_size, theirs.body_size) << shown(text);
  }
  EXPECT_GT(accepted, kRounds / 5);
  EXPECT_GT(with_body, kRounds / 20);
}

}  // namespace
}  // namespace suite
