#include "client/workloads/echo_workload.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "tests/client/workloads/replies.h"

namespace suite {
namespace {

using Bytes = std::vector<std::byte>;

using test::kAny;
using test::kId;

class EchoWorkloadTest : public testing::Test {
 protected:
  EchoWorkload workload(Verify verify = Verify::kFull, std::size_t size = 10) {
    payload_ = Payload::of({.text = {}, .size = size}, 1);
    EchoWorkload workload(*payload_, {.connections = 1, .first_connection = 0, .verify = verify});
    workload.restart(kId, 0);
    return workload;
  }

  // Issues and "sends" `count` requests; returns their bytes.
  static Bytes requests(EchoWorkload& workload, std::uint64_t count) {
    workload.issue(kId, count);
    Bytes sent;
    for (auto chunk = workload.unsent(kId); !chunk.empty(); chunk = workload.unsent(kId)) {
      sent.insert(sent.end(), chunk.begin(), chunk.end());
      const bool more = workload.sent(kId, chunk.size());
      EXPECT_EQ(more, !workload.unsent(kId).empty());
    }
    return sent;
  }

  std::optional<Payload> payload_;
};

TEST_F(EchoWorkloadTest, CountsRepliesCutAtEveryByte) {
  for (std::size_t cut = 0; cut <= 50; ++cut) {
    EchoWorkload echo = workload();
    const Bytes bytes = requests(echo, 5);
    ASSERT_EQ(bytes.size(), 50U);
    const Replies first = echo.received(kId, std::span(bytes).first(cut), kAny);
    const Replies second = echo.received(kId, std::span(bytes).subspan(cut), kAny);
    EXPECT_EQ(first.answered, cut / 10) << cut;
    EXPECT_EQ(first.answered + second.answered, 5U) << cut;
    EXPECT_EQ(first.fate, Fate::kGoesOn) << cut;
    EXPECT_EQ(second.fate, Fate::kGoesOn) << cut;
  }
}

TEST_F(EchoWorkloadTest, SeesOneWrongByteWhereverItIsAndCountsWhatCameBefore) {
  for (std::size_t wrong = 0; wrong < 50; ++wrong) {
    EchoWorkload echo = workload();
    Bytes bytes = requests(echo, 5);
    bytes[wrong] ^= std::byte{0x40};
    const Replies replies = echo.received(kId, bytes, kAny);
    EXPECT_EQ(replies.fate, Fate::kBroken) << wrong;
    EXPECT_EQ(replies.answered, wrong / 10) << wrong;
  }
}

TEST_F(EchoWorkloadTest, SeesAWrongByteFarIntoALongReceive) {
  EchoWorkload echo = workload(Verify::kFull, 1 << 20);
  Bytes bytes = requests(echo, 1);
  ASSERT_EQ(bytes.size(), std::size_t{1} << 20);
  bytes.back() ^= std::byte{1};
  EXPECT_EQ(echo.received(kId, bytes, kAny).fate, Fate::kBroken);
}

TEST_F(EchoWorkloadTest, LetsSurplusSpoilTheLastReplyOnly) {
  EchoWorkload echo = workload();
  Bytes bytes = requests(echo, 3);
  bytes.push_back(std::byte{'x'});
  const Replies replies = echo.received(kId, bytes, kAny);
  EXPECT_EQ(replies.answered, 2U);
  EXPECT_EQ(replies.fate, Fate::kBroken);
}

TEST_F(EchoWorkloadTest, CallsBytesAMismatchThatNobodyAskedFor) {
  EchoWorkload echo = workload();
  const Replies replies = echo.received(kId, Bytes(3), kAny);
  EXPECT_EQ(replies.answered, 0U);
  EXPECT_EQ(replies.fate, Fate::kBroken);
}

TEST_F(EchoWorkloadTest, KnowsAnAnswerInHttpFromAnotherMismatch) {
  const auto after = [this](std::string_view reply) {
    EchoWorkload echo = workload();
    requests(echo, 1);
    echo.received(kId, std::as_bytes(std::span(reply)), kAny);
    return echo.was_answered_in_http();
  };
  EXPECT_TRUE(after("HTTP/1.1 400 Bad Request\r\n\r\n"));
  EXPECT_FALSE(after("-ERR unknown command\r\n"));
  EXPECT_FALSE(after("HTTP/1"));
}

TEST_F(EchoWorkloadTest, CountsOnlyBytesWhenVerifyingLengths) {
  EchoWorkload echo = workload(Verify::kLength);
  requests(echo, 2);
  EXPECT_EQ(echo.received(kId, Bytes(20), kAny).answered, 2U);
  EXPECT_EQ(echo.received(kId, Bytes(1), kAny).fate, Fate::kBroken);
}

TEST_F(EchoWorkloadTest, NeverGivesMoreRepliesThanRequestsWhenVerifyingNothing) {
  EchoWorkload echo = workload(Verify::kNone);
  requests(echo, 2);
  const Replies replies = echo.received(kId, Bytes(100), kAny);
  EXPECT_EQ(replies.answered, 2U);
  EXPECT_EQ(replies.fate, Fate::kGoesOn);
}

TEST_F(EchoWorkloadTest, LetsNoReplyOfAPipelineGoUnnoticed) {
  EchoWorkload echo = workload(Verify::kLength, 1000);
  echo.issue(kId, 5);
  EXPECT_EQ(echo.appetite(kId).discard, 5000U);
  EXPECT_EQ(echo.appetite(kId).to_reply, 1000U) << "the client may sleep up to there, not further";
  EXPECT_EQ(echo.discarded(kId, 1300, kAny).consumed, 0U) << "no bytes were given";
  EXPECT_EQ(echo.appetite(kId).to_reply, 700U);
}

TEST_F(EchoWorkloadTest, StartsAfreshAfterRestart) {
  EchoWorkload echo = workload();
  const Bytes first = requests(echo, 1);
  echo.received(kId, std::span(first).first(4), kAny);
  echo.restart(kId, 0);
  const Bytes again = requests(echo, 1);
  EXPECT_EQ(again, first);
  EXPECT_EQ(echo.received(kId, again, kAny).answered, 1U);
}

// --- Replies that are known and no echo -----------------------------------------------------------------

class FixedReplies : public testing::Test {
 protected:
  void make(std::uint64_t issued, Verify verify = Verify::kFull) {
    workload_.emplace(requests_, replies_,
                      PayloadShare{.connections = 1, .first_connection = 0, .verify = verify});
    workload_->restart(kId, 0);
    workload_->issue(kId, issued);
  }
  Replies receive(std::string_view bytes) {
    return workload_->received(kId, std::as_bytes(std::span(bytes)), kAny);
  }

  Payload requests_ = Payload::of({.text = "PING\r\n", .size = 6}, 1);
  Payload replies_ = Payload::of({.text = "+PONG\r\n", .size = 7}, 1);
  std::optional<EchoWorkload> workload_;
};

TEST_F(FixedReplies, AreCountedCutAtEveryByte) {
  const std::string_view bytes = "+PONG\r\n+PONG\r\n+PONG\r\n";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    make(3);
    EXPECT_EQ(workload_->unsent(kId).size(), 18U);
    EXPECT_EQ(receive(bytes.substr(0, cut)).answered, cut / 7) << cut;
    const Replies rest = receive(bytes.substr(cut));
    EXPECT_EQ(rest.answered, 3 - cut / 7) << cut;
    EXPECT_EQ(rest.fate, Fate::kGoesOn) << cut;
    EXPECT_EQ(workload_->remark(), "");
  }
}

TEST_F(FixedReplies, SayWhatCameInsteadOfOne) {
  make(2);
  const Replies replies = receive("+PONG\r\n-ERR no\r\n");
  EXPECT_EQ(replies.answered, 1U);
  EXPECT_EQ(replies.fate, Fate::kBroken);
  EXPECT_EQ(workload_->remark(), R"(byte 1 of a reply of 7 was wrong: "-ERR no\r\n")");
  make(2);
  receive("+PO");
  receive("LO\r\n");
  EXPECT_EQ(workload_->remark(), R"(byte 4 of a reply of 7 was wrong: "LO\r\n")");
}

TEST_F(FixedReplies, SayThatMoreOrLessCameThanExpected) {
  make(1);
  EXPECT_EQ(receive("+PONG\r\n:1\r\n").fate, Fate::kBroken);
  EXPECT_EQ(workload_->remark(), R"(bytes came behind a reply of 7 bytes: ":1\r\n")");
  make(1);
  EXPECT_EQ(receive("+PONG").answered, 0U);
  EXPECT_EQ(workload_->remark(), "a reply stopped after 5 of its 7 bytes");
}

TEST_F(FixedReplies, AreOnlyCountedWhereTheirLengthsAreVerified) {
  make(2, Verify::kLength);
  EXPECT_EQ(workload_->appetite(kId).discard, 14U);
  EXPECT_EQ(receive("-ERROR\n-ERROR\n").answered, 2U);
  EXPECT_EQ(receive("x").fate, Fate::kBroken);
}

TEST_F(EchoWorkloadTest, GivesAllThatIsIssuedInChunksOfOnePiece) {
  EchoWorkload echo = workload(Verify::kFull, 4 << 20);
  echo.issue(kId, 1);
  EXPECT_EQ(echo.unsent(kId).size(), Payload::kMaxChunk);
  echo.sent(kId, 1);
  EXPECT_EQ(requests(echo, 0).size(), (std::size_t{4} << 20) - 1);
}

}  // namespace
}  // namespace suite
