#include "client/workloads/make_workload.h"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <string_view>

#include "tests/client/workloads/replies.h"

namespace suite {
namespace {

// What a workload sends first.
std::string first_request(Workload& workload) {
  workload.restart(test::kId, 0);
  workload.issue(test::kId, 1);
  const auto bytes = workload.unsent(test::kId);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(MakeWorkload, MakesEchoesOfThePlansPayload) {
  LoadPlan plan;
  plan.protocol = EchoPlan{.payload = {.text = "abc", .size = 3}};
  const MakeWorkload make = workload_maker(plan);
  const auto workload = make({.connections = 1});
  EXPECT_EQ(first_request(*workload), "abc");
  EXPECT_EQ(workload->http_counts(), nullptr);
}

TEST(MakeWorkload, StartsEachThreadsConnectionsSomewhereElseInThePayload) {
  LoadPlan plan;
  plan.protocol = EchoPlan{.payload = {.text = {}, .size = 64}};
  const MakeWorkload make = workload_maker(plan);
  const auto first = make({.connections = 1});
  const auto second = make({.connections = 1, .first_connection = 1});
  EXPECT_NE(first_request(*first), first_request(*second));
}

TEST(MakeWorkload, TakesTheRequestsOfHttpInTurnOverTheThreads) {
  LoadPlan plan;
  plan.protocol = HttpPlan{.requests = {"GET /0 HTTP/1.1\r\n\r\n", "GET /1 HTTP/1.1\r\n\r\n"}};
  const MakeWorkload make = workload_maker(plan);
  for (const std::size_t number : {0U, 1U}) {
    const auto workload = make({.connections = 1, .place = {.number = number, .count = 2}});
    EXPECT_EQ(first_request(*workload), "GET /" + std::to_string(number) + " HTTP/1.1\r\n\r\n");
    EXPECT_NE(workload->http_counts(), nullptr);
  }
}

TEST(MakeWorkload, NamesWhatSetsTheProtocolsApart) {
  const ProtocolTraits echo = traits_of(EchoPlan{});
  EXPECT_FALSE(echo.has_statuses);
  EXPECT_FALSE(echo.in_parts);
  EXPECT_EQ(echo.loosest_comparison, Verify::kLength);  // a reply that is too long is a mismatch
  const ProtocolTraits http = traits_of(HttpPlan{});
  EXPECT_TRUE(http.has_statuses);
  EXPECT_TRUE(http.in_parts);
  EXPECT_EQ(http.loosest_comparison, Verify::kFull);
}

TEST(MakeWorkload, SaysWhereTheSeedHasAnEffect) {
  EXPECT_TRUE(traits_of(EchoPlan{.payload = {.text = {}, .size = 64}}).pseudo_random);
  EXPECT_FALSE(traits_of(EchoPlan{.payload = {.text = "abc", .size = 3}}).pseudo_random);
  EXPECT_FALSE(traits_of(HttpPlan{}).pseudo_random);
}

TEST(MakeWorkload, MakesRequestsWhoseRepliesAreKnownOrEndAsIsKnown) {
  const PayloadPlan ping{.text = "PING\r\n", .size = 6};
  for (const ProtocolPlan& protocol :
       {ProtocolPlan(FixedReplyPlan{.payload = ping, .reply = "+PONG\r\n"}),
        ProtocolPlan(TerminatedReplyPlan{.payload = ping, .terminator = "\r\n"})}) {
    LoadPlan plan;
    plan.protocol = protocol;
    const MakeWorkload make = workload_maker(plan);
    const auto workload = make({.connections = 1});
    EXPECT_EQ(first_request(*workload), "PING\r\n");
    const std::string_view pong = "+PONG\r\n";
    EXPECT_EQ(workload->received(test::kId, std::as_bytes(std::span(pong)), test::kAny).answered, 1U);
    const ProtocolTraits traits = traits_of(protocol);
    EXPECT_FALSE(traits.has_statuses || traits.in_parts || traits.pseudo_random);
    EXPECT_EQ(traits.loosest_comparison, Verify::kLength);
    const CannedReplies canned = canned_replies(protocol);
    EXPECT_TRUE(pong.ends_with(canned.reply)) << canned.reply;
    std::size_t part = 0;
    EXPECT_EQ(canned.requests_in("PING\r\nPIN", part), 1U);
    EXPECT_EQ(canned.requests_in("G\r\nPING\r\n", part), 2U);
    EXPECT_EQ(part, 0U);
  }
}

TEST(MakeWorkload, FindsRequestsThatDifferWhereThereIsNoServer) {
  const HttpPlan plan{.requests = {"GET / HTTP/1.1\r\n\r\n",
                                   "POST / HTTP/1.1\r\ncontent-length: 9\r\nA: b\r\n\r\na\r\n\r\nbcde",
                                   "HEAD / HTTP/1.1\r\n\r\n"},
                      .heads = {false, false, true}};
  const CannedReplies canned = canned_replies(plan);
  std::size_t part = 0;
  EXPECT_EQ(canned.requests_in(plan.requests[0] + plan.requests[1] + plan.requests[2], part), 3U);
  EXPECT_TRUE(canned.reply.starts_with("HTTP/1.1 204 ")) << "an answer to each of them: it never has content";
}

TEST(MakeWorkload, HasRepliesForEachProtocolWhereThereIsNoServer) {
  EXPECT_EQ(canned_replies(EchoPlan{}).reply, "");
  const HttpPlan post{.requests = {"POST / HTTP/1.1\r\n\r\n12345"}};
  std::size_t part = 0;
  EXPECT_EQ(canned_replies(post).requests_in(post.requests[0] + post.requests[0], part), 2U);
  EXPECT_TRUE(canned_replies(post).reply.starts_with("HTTP/1.1 200 OK\r\n"));
  const HttpPlan head{.requests = {"HEAD / HTTP/1.1\r\n\r\n"}, .to_head = true};
  EXPECT_TRUE(canned_replies(head).reply.ends_with("\r\n\r\n"));
}

}  // namespace
}  // namespace suite
