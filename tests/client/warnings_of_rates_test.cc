// Warnings of an open loop: a rate that was not met, and why; requests without an answer.
#include "client/warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "tests/client/warnings_samples.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using namespace test;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Warnings, SayThatARateCouldNotBeMetAndWithWhatWasAchieved) {
  LoadResult result = open_loop();
  EXPECT_TRUE(nothing_said(result, kOpenLoop));
  result.rate->achieved = 996;
  result.rate->sent = 996;
  EXPECT_TRUE(nothing_said(result, kOpenLoop));
  result.rate->achieved = 990;
  result.rate->sent = 990;
  EXPECT_THAT(
      only_warning(result, kOpenLoop),
      StartsWith("the rate could not be met: 1,000/s asked for, 990/s achieved; the load threads came"));
  result.rate->achieved = 1000;
  result.rate->sent = 1000;
  result.rate->shed = 2;
  EXPECT_THAT(only_warning(result, kOpenLoop), HasSubstr(", 2 requests never sent; "));
}

// A generator without power finds all slots taken, by replies that it did not get round to read.
TEST(Warnings, DoNotBlameTheServerForTheSlotsOfABusyClient) {
  LoadResult result = open_loop();
  result.rate->sent = 400;
  result.counts.in_flight_at_end = 4;
  result.client_cpu = 1990ms;
  EXPECT_THAT(only_warning(result, kOpenLoop), HasSubstr("; the load threads are at their limit"));
  result.server_cpu.reset();
  EXPECT_THAT(only_warning(result, kOpenLoop), HasSubstr("--server-pid tells whether the server is, too"));
  result.server_cpu = 990ms;
  EXPECT_THAT(only_warning(result, kOpenLoop), HasSubstr("; all 4 slots waited for the server"));
}

TEST(Warnings, BlameSharedCoresForARateThatCouldNotBeMet) {
  LoadResult result = open_loop();
  result.rate->sent = 400;
  result.client_cpus = result.server_cpus = {0, 1};
  result.server_cpu = 490ms;
  const auto warnings = warnings_for(kOpenLoop, result);
  ASSERT_EQ(warnings.size(), 2U) << testing::PrintToString(warnings);
  EXPECT_THAT(warnings[0], StartsWith("load generator and server share all 2 cores"));
  EXPECT_THAT(warnings[1], HasSubstr("; load generator and server share all cores, and these were full"));
}

TEST(Warnings, SayWhyARateCouldNotBeMet) {
  LoadResult result = open_loop();
  result.rate->achieved = 800;
  result.rate->sent = 800;
  result.rate->service.clear();
  result.rate->service.record(5ms, 800);  // 800/s x 5 ms: all four connections, always
  EXPECT_THAT(only_warning(result, kOpenLoop), HasSubstr("; all 4 slots waited for the server"));
  result.rate->service.clear();
  result.rate->service.record(1ms, 800);
  result.thread_use = {{.cpu = 990ms}, {.cpu = 10ms}};
  result.server_cpu = 800ms;
  EXPECT_THAT(only_warning(result, kOpenLoop), HasSubstr("; the load threads are at their limit"));
  result.thread_use.clear();
  result.counts.receives = 1000;
  result.counts.errors[ErrorKind::kReset] = 5;
  EXPECT_THAT(only_warning(result, kOpenLoop), HasSubstr("; requests wait while connections that broke"));
}

// 2 connections, 20/s, a server that accepts and stalls: the requests that fill the slots end as timeouts in
// the drain, and are neither answered nor in flight at the end.
TEST(Warnings, BlameTheServerForTheSlotsThatItsSilenceHolds) {
  LoadResult result = open_loop();
  const LoadPlan plan{.connections = 2, .rate = RatePlan{.per_second = 20}, .duration = 1s, .timeout = 1s};
  result.connections_asked = result.connections_opened = 2;
  result.counts = {.sent = 4};
  result.counts.errors[ErrorKind::kTimeout] = 20;
  result.client_cpu = result.client_cpu.zero();
  result.server_cpu.reset();
  result.rate = RateResult{.asked = 20, .achieved = 2, .sent = 2, .due = 20, .shed = 16};
  const auto warnings = warnings_for(plan, result);
  ASSERT_EQ(warnings.size(), 2U) << testing::PrintToString(warnings);
  EXPECT_THAT(warnings[0], HasSubstr("; all 2 slots waited for the server (which left requests unanswered)"));
  EXPECT_THAT(warnings[1], StartsWith("the server answered nothing: 4 of 4 sent had no answer within 1.00s"));
}

TEST(Warnings, SayThatRequestsWereLeftUnanswered) {
  LoadResult result = fine();
  result.counts.sent = 1005;
  result.counts.receives = 1000;
  result.counts.errors[ErrorKind::kTimeout] = 5;
  EXPECT_THAT(only_warning(result),
              StartsWith("the server left requests unanswered: 5 of 1,005 sent had no answer within 5.00s"));
}

TEST(Warnings, SayThatAClosedLoopGotNoAnswerAtAll) {
  LoadResult result = fine();
  result.latency.clear();
  result.counts = {.sent = 2, .in_flight_at_end = 2};
  result.oldest_in_flight = 1s;
  EXPECT_THAT(
      only_warning(result),
      StartsWith("the server answered nothing: at the end 2 requests had no answer, the oldest for 1.00s"));
  result.counts.receives = 1;
  EXPECT_THAT(only_warning(result), StartsWith("at the end 2 requests had no answer"));
}

// What the drain cut short had less than a timeout.
TEST(Warnings, DoNotCallUnansweredWhatTheDrainCut) {
  LoadResult result = open_loop();
  result.counts.sent = 1004;
  result.counts.receives = 1000;
  result.counts.errors[ErrorKind::kTimeout] = 14;
  result.rate->shed = 10;
  result.rate->cut = 4;
  EXPECT_THAT(only_warning(result, kOpenLoop), StartsWith("the rate could not be met"));
}

TEST(Warnings, SayThatAServerClosesEveryConnectionUnanswered) {
  LoadResult result = fine();
  result.counts = {.sent = 9};
  result.counts.errors[ErrorKind::kClosedEarly] = 8;
  result.counts.errors[ErrorKind::kReset] = 1;
  EXPECT_THAT(only_warning(result),
              StartsWith("the server answered nothing: it closed or reset the connections "
                         "of 9 requests"));
  result.counts.receives = 1;
  EXPECT_TRUE(nothing_said(result)) << "the errors tell of it";
}

// A number of requests is sent in whole, sooner or later.
TEST(Warnings, JudgeTheRateOfANumberOfRequestsByHowLateTheLastWasSent) {
  LoadResult result = open_loop();
  LoadPlan plan = kOpenLoop;
  plan.duration.reset();
  plan.requests = 1000;
  result.rate->behind = 2ms;
  EXPECT_TRUE(nothing_said(result, plan));
  result.rate->behind = 20ms;
  EXPECT_THAT(only_warning(result, plan), StartsWith("the rate could not be met"));
}

TEST(Warnings, AdviseNoThreadsThatWouldBeRefusedOrHaveNoCore) {
  LoadResult result = fine();
  result.client_cpu = 1950ms;
  EXPECT_THAT(only_warning(result), HasSubstr("(give the client more --threads, or more --depth)"));
  EXPECT_THAT(only_warning(result, {.connections = 2, .threads = 2}),
              HasSubstr("more --conns and --threads"));
  result.client_cpus = {2, 3};
  EXPECT_THAT(only_warning(result), HasSubstr("no further core"));
}

TEST(Warnings, NameTheLookThatUsedUpAServerForOneConnection) {
  LoadResult result = fine();
  result.connections_opened = 0;
  result.last_connect_errno = ECONNREFUSED;
  EXPECT_THAT(only_warning(result),
              StartsWith("connected 0 of 4: nobody listens any more; a server that takes one"));
}

TEST(Warnings, SayThatAWindowIsTooShortForTheServersCpuTime) {
  LoadResult result = fine();
  result.server_cpu.reset();
  result.too_short_for_server_cpu = true;
  EXPECT_THAT(only_warning(result, {.server_pid = 1}), HasSubstr("too short for the kernel's clock"));
}

TEST(Warnings, DoNotBlameChanceForARateThatWasMet) {
  LoadResult result = open_loop();
  result.rate->due = 960;  // as many as chance had it
  result.rate->achieved = 960;
  result.rate->sent = 960;
  EXPECT_TRUE(nothing_said(result, kOpenLoop));
  result.rate->due = 10;
  result.rate->achieved = 9;
  result.rate->sent = 9;  // the last one was due at the very end
  EXPECT_TRUE(nothing_said(result, kOpenLoop));
}

}  // namespace
}  // namespace suite
