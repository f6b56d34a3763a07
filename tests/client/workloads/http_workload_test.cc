#include "client/workloads/http_workload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/client/workloads/replies.h"

namespace suite {
namespace {

using test::kAny;
using test::kId;

std::string response(unsigned status, std::string_view body, std::string_view fields = "") {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

class HttpWorkloadTest : public testing::Test {
 protected:
  // A workload with a connection on which `issued` requests were sent.
  HttpWorkload& workload(std::uint64_t issued, Verify verify = Verify::kLength) {
    tape_.emplace(plan_.requests, 0, 1);
    workload_.emplace(*tape_, plan_, HttpWorkload::Options{.connections = 1, .depth = 16, .verify = verify});
    workload_->restart(kId, 0);
    workload_->issue(kId, issued);
    sent_ = send();
    return *workload_;
  }
  // Sends all there is, in pieces of up to `piece` bytes.
  std::string send(std::size_t piece = SIZE_MAX) {
    std::string bytes;
    for (auto next = workload_->unsent(kId); !next.empty(); next = workload_->unsent(kId)) {
      next = next.first(std::min(next.size(), piece));
      bytes.append(reinterpret_cast<const char*>(next.data()), next.size());
      const bool more = workload_->sent(kId, next.size());
      EXPECT_EQ(more, !workload_->unsent(kId).empty());
    }
    return bytes;
  }
  Replies receive(std::string_view bytes, std::uint64_t most = kAny) {
    return workload_->received(kId, std::as_bytes(std::span(bytes)), most);
  }

  HttpPlan plan_{.requests = {"GET /\r\n\r\n"}};
  std::optional<RequestTape> tape_;
  std::optional<HttpWorkload> workload_;
  std::string sent_;
};

TEST_F(HttpWorkloadTest, SendsWhatIsIssuedInWhateverPieces) {
  plan_.requests = {"GET /a\r\n\r\n", "GET /bb\r\n\r\n", "GET /ccc\r\n\r\n"};
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{11}, SIZE_MAX}) {
    workload(0);
    workload_->issue(kId, 2);
    workload_->issue(kId, 2);
    EXPECT_EQ(send(piece), "GET /a\r\n\r\nGET /bb\r\n\r\nGET /ccc\r\n\r\nGET /a\r\n\r\n") << piece;
  }
}

TEST_F(HttpWorkloadTest, SendsManyRequestsInOnePiece) {
  workload(0);
  workload_->issue(kId, 16);
  EXPECT_EQ(workload_->unsent(kId).size(), 16 * plan_.requests[0].size());
}

TEST_F(HttpWorkloadTest, SendsAgainWhatIsUnanswered) {
  plan_.requests = {"GET /a\r\n\r\n", "GET /bb\r\n\r\n", "GET /ccc\r\n\r\n"};
  workload(3);
  const Replies replies = receive(response(200, "x", "Connection: close\r\n"));
  EXPECT_EQ(replies.answered, 1U);
  EXPECT_EQ(replies.fate, Fate::kServerCloses);
  workload_->restart(kId, 2);
  EXPECT_EQ(send(), "GET /bb\r\n\r\nGET /ccc\r\n\r\n");
  workload_->restart(kId, 0);
  EXPECT_EQ(send(), "");
}

TEST_F(HttpWorkloadTest, CountsRepliesCutAtEveryByte) {
  const std::string bytes = "HTTP/1.1 100 Continue\r\n\r\n" + response(200, "hello") +
                            "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" +
                            "HTTP/1.1 304 X\r\nContent-Length: 7\r\n\r\n";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    workload(3);
    const Replies first = receive(bytes.substr(0, cut));
    const Replies second = receive(bytes.substr(cut));
    EXPECT_EQ(first.answered + second.answered, 3U) << cut;
    EXPECT_EQ(first.fate, Fate::kGoesOn) << cut;
    EXPECT_EQ(second.fate, Fate::kGoesOn) << cut;
    EXPECT_EQ(first.consumed, cut);
    EXPECT_FALSE(second.begun);
    EXPECT_EQ(workload_->counts().body_bytes, 8U) << cut;
    EXPECT_EQ(workload_->counts().statuses[200], 2U);
    EXPECT_EQ(workload_->counts().statuses[304], 1U);
  }
}

TEST_F(HttpWorkloadTest, SaysWhetherAReplyHasBegun) {
  workload(1);
  EXPECT_FALSE(receive("").begun);
  EXPECT_TRUE(receive("H").begun);
  EXPECT_TRUE(receive("TTP/1.1 100 Continue\r\n\r\n").begun);
  EXPECT_FALSE(receive(response(200, "")).begun);
}

TEST_F(HttpWorkloadTest, TellsRepliesOfDifferentOutcomesOneAfterTheOther) {
  workload(4);
  const std::string bytes = response(200, "a") + response(404, "b") + response(404, "c") + response(301, "d");
  const Replies good = receive(bytes);
  EXPECT_EQ(good.answered, 1U);
  EXPECT_EQ(good.wrong, std::nullopt);
  EXPECT_TRUE(good.more);
  const Replies bad = receive(bytes.substr(good.consumed));
  EXPECT_EQ(bad.answered, 2U);
  EXPECT_EQ(bad.wrong, ErrorKind::kStatus);
  EXPECT_EQ(bad.fate, Fate::kGoesOn);
  EXPECT_TRUE(bad.more);
  const Replies last = receive(bytes.substr(good.consumed + bad.consumed));
  EXPECT_EQ(last.answered, 1U);
  EXPECT_EQ(last.wrong, std::nullopt) << "a redirect is counted, not followed";
  EXPECT_FALSE(last.more);
  EXPECT_EQ(workload_->counts().non_2xx(), 3U);
}

TEST_F(HttpWorkloadTest, TellsTheConnectionsEndWithTheLastOfThem) {
  workload(3);
  const std::string bytes = response(200, "a") + response(500, "b", "Connection: close\r\n");
  const Replies good = receive(bytes);
  EXPECT_EQ(good.fate, Fate::kGoesOn);
  EXPECT_TRUE(good.more);
  const Replies last = receive(bytes.substr(good.consumed));
  EXPECT_EQ(last.wrong, ErrorKind::kStatus);
  EXPECT_EQ(last.fate, Fate::kServerCloses);
  EXPECT_EQ(workload_->counts().kept_alive, 1U);
}

TEST_F(HttpWorkloadTest, GivesNoMoreRepliesThanAskedFor) {
  workload(3);
  const Replies replies = receive(response(200, "a") + response(200, "b"), 1);
  EXPECT_EQ(replies.answered, 1U);
  EXPECT_EQ(workload_->counts().responses(), 1U);
}

TEST_F(HttpWorkloadTest, LetsBytesThatNobodyAskedForSpoilTheReplyBeforeThem) {
  for (const std::string& bytes : {response(200, "a") + "b", response(200, "a") + response(200, "b"),
                                   response(200, "a", "Connection: close\r\n") + "b"}) {
    workload(1);
    const Replies replies = receive(bytes);
    EXPECT_EQ(replies.answered, 0U) << bytes;
    EXPECT_EQ(replies.fate, Fate::kBroken);
    EXPECT_EQ(replies.broken_by, ErrorKind::kMalformed);
    EXPECT_THAT(workload_->remark(),
                testing::StartsWith("bytes that nobody asked for came behind a reply: \""));
    workload(1, Verify::kNone);
    EXPECT_EQ(receive(bytes).answered, 1U) << "told not to look";
  }
  workload(0);
  EXPECT_EQ(receive("x").fate, Fate::kBroken);
}

// RFC 9112 9.2: empty lines may be discarded; they are no part of the response before them.
TEST_F(HttpWorkloadTest, CountsAReplyWithEmptyLinesBehindIt) {
  for (const Verify verify : {Verify::kLength, Verify::kNone, Verify::kFull}) {
    const std::string bytes = response(200, "a") + "\r\n\r\n";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
      workload(1, verify);
      const Replies first = receive(bytes.substr(0, cut));
      const Replies second = receive(bytes.substr(cut));
      EXPECT_EQ(first.answered + second.answered, 1U) << cut;
      EXPECT_EQ(first.fate, Fate::kGoesOn) << cut;
      EXPECT_EQ(second.fate, Fate::kGoesOn) << cut;
      EXPECT_FALSE(second.begun) << cut;
      EXPECT_EQ(workload_->counts().statuses[200], 1U);
      workload_->issue(kId, 1);
      EXPECT_EQ(receive(response(200, "b")).answered, 1U) << cut;
      EXPECT_EQ(receive("\r").fate, Fate::kGoesOn);
      EXPECT_EQ(receive("x").fate, verify == Verify::kNone ? Fate::kGoesOn : Fate::kBroken);
    }
  }
}

TEST_F(HttpWorkloadTest, CountsWhatCameBeforeGarbage) {
  workload(3);
  const Replies replies = receive(response(200, "a") + "garbage\r\n");
  EXPECT_EQ(replies.answered, 1U);
  EXPECT_EQ(replies.fate, Fate::kBroken);
  EXPECT_EQ(replies.broken_by, ErrorKind::kMalformed);
  EXPECT_EQ(workload_->remark(), "a reply is no HTTP/1.x response from here on: \"garbage\\r\\n\"");
}

TEST_F(HttpWorkloadTest, ShowsTheFirstReplyThatWasMalformedWhereverItWasCut) {
  for (const std::string& bytes :
       {std::string("SSH-2.0-OpenSSH\r\n"), std::string("HTTP/1.1 200 OK\r\nbad field\r\n\r\n")}) {
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      workload(1);
      receive(bytes.substr(0, cut));
      receive(bytes.substr(cut));
      EXPECT_THAT(workload_->remark(),
                  testing::StartsWith("a reply is no HTTP/1.x response from here on: \""))
          << cut;
      EXPECT_THAT(workload_->remark(), testing::Not(testing::EndsWith("\"\""))) << cut;
    }
  }
}

TEST_F(HttpWorkloadTest, LetsTheConnectionsEndCompleteAReplyThatIsFramedByIt) {
  workload(2);
  EXPECT_EQ(receive("HTTP/1.1 200 X\r\n\r\nsome").answered, 0U);
  EXPECT_EQ(receive("thing").answered, 0U);
  const Replies last = workload_->ended(kId);
  EXPECT_EQ(last.answered, 1U);
  EXPECT_EQ(last.fate, Fate::kServerCloses);
  EXPECT_EQ(workload_->counts().first_length, 9U);
  EXPECT_EQ(workload_->counts().kept_alive, 0U);
  workload(1);
  receive("HTTP/1.1 200 X\r\nContent-Length: 5\r\n\r\nsome");
  EXPECT_EQ(workload_->ended(kId).answered, 0U) << "cut short";
}

TEST_F(HttpWorkloadTest, ComparesBodiesOfAUrlWithTheFirstOfThem) {
  plan_.requests = {"GET /a\r\n\r\n", "GET /b\r\n\r\n"};
  workload(4, Verify::kFull);
  const std::string good = response(200, "aaa") + response(200, "bbb") + response(200, "aaa");
  EXPECT_EQ(receive(good).answered, 3U);
  EXPECT_EQ(receive(response(200, "bbB")).wrong, ErrorKind::kMismatch);
  workload(4);
  EXPECT_EQ(receive(good + response(200, "bbB")).answered, 4U) << "lengths alone";
}

// RFC 9110 9.3.2: an answer to HEAD has no content, whatever its fields say.
TEST_F(HttpWorkloadTest, ExpectsNoContentWhereHeadStandsAmongOtherMethods) {
  plan_ = {.requests = {"GET /\r\n\r\n", "HEAD /\r\n\r\n", "POST /\r\n\r\n"}, .heads = {false, true, false}};
  const std::string head = "HTTP/1.1 200 X\r\nContent-Length: 3\r\n\r\n";
  const std::string bytes = head + "aaa" + head + head + "ccc" + head + "aaa" + head;
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    workload(5, Verify::kFull);
    const std::uint64_t first = receive(std::string_view(bytes).substr(0, cut)).answered;
    const Replies rest = receive(std::string_view(bytes).substr(cut));
    EXPECT_EQ(first + rest.answered, 5U) << cut;
    EXPECT_EQ(rest.wrong, std::nullopt) << cut << ": each request has a body of its own to compare with";
    EXPECT_EQ(workload_->counts().body_bytes, 9U) << cut;
  }
}

TEST_F(HttpWorkloadTest, MayDiscardBodiesUnlessTheyAreCompared) {
  workload(2);
  EXPECT_EQ(workload_->appetite(kId).discard, 0U);
  EXPECT_EQ(workload_->appetite(kId).read, SIZE_MAX);
  receive("HTTP/1.1 200 X\r\nContent-Length: 100000\r\n\r\nx");
  EXPECT_EQ(workload_->appetite(kId).discard, 99'999U);
  EXPECT_EQ(workload_->appetite(kId).to_reply, 99'999U);
  EXPECT_EQ(workload_->discarded(kId, 99'998, kAny).answered, 0U);
  EXPECT_TRUE(workload_->discarded(kId, 0, kAny).begun);
  EXPECT_EQ(workload_->discarded(kId, 1, kAny).answered, 1U);
  EXPECT_EQ(workload_->counts().body_bytes, 100'000U);
  EXPECT_EQ(workload_->appetite(kId).discard, 0U) << "the next head is not to be discarded";
  EXPECT_LE(workload_->appetite(kId).read, 4096U) << "nor the next body read";
  workload(1, Verify::kFull);
  receive("HTTP/1.1 200 X\r\nContent-Length: 100000\r\n\r\nx");
  EXPECT_EQ(workload_->appetite(kId).discard, 0U);
}

TEST_F(HttpWorkloadTest, ReadsChunksInPiecesAsLargeAsTheyCome) {
  workload(2);
  receive("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n" + std::string(100'000, 'x') +
          "\r\n0\r\n\r\n");
  EXPECT_EQ(workload_->appetite(kId).read, SIZE_MAX);
}

TEST_F(HttpWorkloadTest, CountsBodiesOfAnotherLengthThanTheFirst) {
  workload(3);
  receive(response(200, "abc", "Server: x y\r\n") + response(200, "ab") + response(200, "abc"));
  EXPECT_EQ(workload_->counts().first_length, 3U);
  EXPECT_EQ(workload_->counts().other_lengths, 1U);
  EXPECT_EQ(workload_->counts().server, "x y");
  workload_->begin_window();
  EXPECT_EQ(workload_->counts().responses(), 0U);
}

}  // namespace
}  // namespace suite
