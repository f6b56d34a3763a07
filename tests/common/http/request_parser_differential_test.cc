// Our request parser against llhttp, on requests that seeded chance has mangled. What ours accepts llhttp
// must accept and read alike; what llhttp accepts ours must accept. The exceptions are listed, each with its
// reason.
#include <gtest/gtest.h>

#include <algorithm>

#include "common/http/chunked_body.h"
#include "common/http/request_parser.h"
#include "common/http/scan.h"
#include "tests/support/llhttp_request.h"
#include "tests/support/mangler.h"
#include "tests/support/patience.h"

namespace suite {
namespace {

using test::LlhttpRequest;
using test::Mangler;
using test::shown;

constexpr int kRounds = test::kSanitized ? 20'000 : 100'000;

// Whether a CR stands without its LF, or an LF without its CR.
bool has_bare_line_end(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) return true;
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] != '\n') return true;
  }
  return false;
}

// Lines that RFC 9112 has no room for and that llhttp 8.1 lets pass all the same.
bool has_lax_lines(std::string_view text) {
  return has_bare_line_end(text)     // a second reader might see other lines (RFC 9112 2.2)
         || text.contains("\r\n ")   // folded lines: a server may refuse them (5.2)
         || text.contains("\r\n\t")  //
         || text.contains("\r\n:");  // a field without a name (RFC 9110 5.1)
}

// What llhttp refuses in a head, and ours leaves to whoever asks what the head means.
bool is_a_question_of_meaning(const LlhttpRequest& theirs, const RequestHead& ours) {
  return theirs.error == "HPE_INVALID_METHOD"                // it has a list of them; here they are 405
         || theirs.error == "HPE_INVALID_CONSTANT"           // methods of Icecast and RTSP
         || theirs.error == "HPE_INVALID_URL"                // the forms of a target
         || theirs.error == "HPE_INVALID_CONTENT_LENGTH"     // the framing of the body: see
         || theirs.error == "HPE_INVALID_TRANSFER_ENCODING"  // request_differential_test.cc
         || theirs.error == "HPE_UNEXPECTED_CONTENT_LENGTH"  //
         || (theirs.error == "HPE_INVALID_VERSION" && !ours.line.ends_with(".0") &&
             !ours.line.ends_with(".1"));  // a later minor version is read as 1.1 (RFC 9110 2.5)
}

// What llhttp accepts in a head, and ours is right to refuse.
bool may_refuse(HeadStatus status, const LlhttpRequest& theirs, std::string_view text) {
  const std::string_view head = text.substr(0, theirs.size);
  const std::string_view line = head.substr(0, head.find('\n', head.find_first_not_of("\r\n")));
  return status == HeadStatus::kOtherVersion       // 505
         || status == HeadStatus::kFieldsTooLarge  // limits, of which llhttp has none
         || status == HeadStatus::kTargetTooLong   //
         || theirs.major_version == 0              // a request line without a version: HTTP/0.9
         || has_lax_lines(head)                    //
         || line.contains("  ");                   // more than one space in the request line (RFC 9112 3)
}

::testing::AssertionResult agree(const RequestHead& ours, const LlhttpRequest& theirs) {
  const auto differ = [](const char* what) { return ::testing::AssertionFailure() << what << " differs"; };
  if (theirs.method != ours.method) return differ("the method");
  if (theirs.target != ours.target) return differ("the target");
  if (theirs.minor_version != ours.minor_version) return differ("the version");
  if (theirs.size != ours.size) return differ("the size");
  const bool same_fields = std::ranges::equal(
      theirs.fields, ours.fields(),
      [](const auto& a, const Field& b) { return a.first == b.name && trimmed(a.second) == b.value; });
  return same_fields ? ::testing::AssertionSuccess() : differ("a field");
}

TEST(RequestParserDifferential, ReadsHeadsAsLlhttpDoes) {
  Mangler mangler(test::kGoodRequests, 1);
  RequestHead ours;
  int accepted = 0;
  for (int i = 0; i < kRounds; ++i) {
    const std::string text = mangler.next();
    const HeadStatus status = parse_request_head(text, ours);
    const LlhttpRequest theirs = test::llhttp_head(text);
    if (status != HeadStatus::kComplete) {
      ASSERT_TRUE(!theirs.complete || may_refuse(status, theirs, text)) << shown(text);
    } else if (theirs.complete) {
      ++accepted;
      ASSERT_TRUE(agree(ours, theirs)) << shown(text);
    } else {
      ASSERT_TRUE(is_a_question_of_meaning(theirs, ours)) << theirs.error << " in\n" << shown(text);
    }
  }
  EXPECT_GT(accepted, kRounds / 4) << "enough of them were good";
}

TEST(RequestParserDifferential, EndsChunkedBodiesWhereLlhttpDoes) {
  constexpr std::string_view kHead = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  Mangler mangler(test::kChunkedBodies, 2);
  int accepted = 0;
  for (int i = 0; i < kRounds; ++i) {
    const std::string text = mangler.next() + "GET / HTTP/1.1\r\n";
    ChunkedBody body;
    std::string_view rest = text;
    const ChunkedBody::Status status = body.skip(rest);
    const LlhttpRequest theirs = test::llhttp_message(std::string(kHead) + text);
    const std::string_view used = std::string_view(text).substr(0, text.size() - rest.size());
    if (status != ChunkedBody::Status::kEnd) {
      const std::string_view theirs_used(text.data(), theirs.complete ? theirs.size - kHead.size() : 0);
      const bool control_character = theirs_used.contains('\x7f');  // in a quoted chunk extension
      // Ours lets no trailer field frame a message (RFC 9110 6.5.1), and wants extensions by the grammar.
      const bool frames = theirs_used.contains("ontent-") || theirs_used.contains("ransfer-");
      const bool extended = theirs_used.contains(';');
      ASSERT_TRUE(!theirs.complete || has_lax_lines(theirs_used) || control_character || frames || extended)
          << shown(text);
    } else if (theirs.complete) {
      ++accepted;
      ASSERT_EQ(theirs.size, kHead.size() + used.size()) << shown(text);
    } else {
      // It knows fewer chunk extensions than RFC 9112 7.1.1 has, and reads a trailer field as a head's.
      ASSERT_TRUE(used.contains(';') || theirs.error == "HPE_INVALID_CONTENT_LENGTH" ||
                  theirs.error == "HPE_INVALID_TRANSFER_ENCODING" ||
                  theirs.error == "HPE_UNEXPECTED_CONTENT_LENGTH")
          << theirs.error << " in\n"
          << shown(text);
    }
  }
  EXPECT_GT(accepted, kRounds / 6) << "enough of them were good";
}

}  // namespace
}  // namespace suite
