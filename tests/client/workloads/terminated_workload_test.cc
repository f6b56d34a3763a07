#include "client/workloads/terminated_workload.h"

#include <gtest/gtest.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tests/client/workloads/replies.h"

namespace suite {
namespace {

using test::kAny;
using test::kId;

class TerminatedWorkloadTest : public testing::Test {
 protected:
  // A workload with a connection on which `issued` requests were sent.
  TerminatedWorkload& workload(std::uint64_t issued, Verify verify = Verify::kLength) {
    payload_ = Payload::of({.text = "get x\r\n", .size = 7}, 1);
    workload_.emplace(*payload_, terminator_,
                      PayloadShare{.connections = 1, .first_connection = 0, .verify = verify});
    workload_->restart(kId, 0);
    workload_->issue(kId, issued);
    return *workload_;
  }
  Replies receive(std::string_view bytes, std::uint64_t most = kAny) {
    return workload_->received(kId, std::as_bytes(std::span(bytes)), most);
  }

  Terminator terminator_{"END\r\n"};
  std::optional<Payload> payload_;
  std::optional<TerminatedWorkload> workload_;
};

TEST_F(TerminatedWorkloadTest, SendsARequestAsOftenAsItIsIssued) {
  workload(3);
  std::string sent;
  for (auto next = workload_->unsent(kId); !next.empty(); next = workload_->unsent(kId)) {
    sent.append(reinterpret_cast<const char*>(next.data()), 2);
    workload_->sent(kId, 2);
    if (sent.size() > 100) break;
    if (workload_->unsent(kId).size() == 1) {
      sent += '\n';
      EXPECT_FALSE(workload_->sent(kId, 1));
    }
  }
  EXPECT_EQ(sent, "get x\r\nget x\r\nget x\r\n");
}

TEST_F(TerminatedWorkloadTest, CountsRepliesCutAtEveryByte) {
  const std::string one = "VALUE x 0 5\r\nEND\r\r\nEND\r\n", bytes = one + "END\r\n" + one;
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    workload(3);
    const Replies first = receive(std::string_view(bytes).substr(0, cut));
    const Replies second = receive(std::string_view(bytes).substr(cut));
    EXPECT_EQ(first.answered + second.answered, 3U) << cut;
    EXPECT_EQ(first.fate, Fate::kGoesOn) << cut;
    EXPECT_EQ(second.fate, Fate::kGoesOn) << cut;
    EXPECT_EQ(first.consumed, cut);
    EXPECT_FALSE(second.begun);
  }
}

TEST_F(TerminatedWorkloadTest, LetsSurplusSpoilTheLastReplyOnly) {
  workload(2);
  const Replies replies = receive("END\r\nEND\r\nmore");
  EXPECT_EQ(replies.answered, 1U);
  EXPECT_EQ(replies.fate, Fate::kBroken);
  EXPECT_EQ(workload_->remark(), "bytes came behind the end of a reply: \"more\"");
  workload(0);
  EXPECT_EQ(receive("x").fate, Fate::kBroken) << "nobody asked for that";
  workload(2, Verify::kNone);
  EXPECT_EQ(receive("END\r\nEND\r\nEND\r\n").answered, 2U) << "never more than were asked for";
  EXPECT_EQ(receive("END\r\n").fate, Fate::kGoesOn);
}

TEST_F(TerminatedWorkloadTest, KnowsAnAnswerInHttp) {
  workload(1);
  receive("HTTP/1.1 400 Bad Request\r\nX-END\r\n\r\n");
  EXPECT_TRUE(workload_->was_answered_in_http());
  workload(1);
  receive("END\r\nHTTP/1.1");
  EXPECT_FALSE(workload_->was_answered_in_http());
}

TEST_F(TerminatedWorkloadTest, StartsAfreshAfterRestartAndSaysHowMuchThereWas) {
  workload(1);
  receive("VALUE END\r");
  EXPECT_EQ(workload_->remark(), "a reply had 10 bytes and no end yet");
  workload_->restart(kId, 0);
  workload_->issue(kId, 1);
  EXPECT_EQ(receive("\nEND\r").answered, 0U);
  EXPECT_EQ(receive("\n").answered, 1U);
  EXPECT_EQ(workload_->remark(), "a reply had 10 bytes and no end yet") << "of the connection before";
}

TEST_F(TerminatedWorkloadTest, HasNothingToRemarkWhereAllIsWell) {
  workload(1);
  receive("END\r\n");
  EXPECT_EQ(workload_->remark(), "");
}

}  // namespace
}  // namespace suite
