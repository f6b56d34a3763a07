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

TEST(Warnings, AreNoneWhereNothingLimits) { EXPECT_TRUE(nothing_said(fine())); }

// --- Connections ----------------------------------------------------------------------------------------

TEST(Warnings, SayHowManyConnectionsStood) {
  LoadResult result = fine();
  result.connections_opened = 3;
  result.last_connect_error = "Connection refused";
  EXPECT_EQ(only_warning(result), "connected 3 of 4 (Connection refused)");
}

TEST(Warnings, SayThatTheRunGaveUp) {
  LoadResult result = fine();
  result.gave_up = true;
  EXPECT_THAT(only_warning(result), StartsWith("stopped before all requests were made"));
}

TEST(Warnings, NameTimeWaitWhereNoPortIsLeft) {
  LoadResult result = fine();
  result.last_connect_errno = EADDRNOTAVAIL;
  EXPECT_THAT(only_warning(result), HasSubstr("TIME_WAIT"));
  EXPECT_THAT(only_warning(result), HasSubstr("--source-ip"));
  result.last_connect_errno = ECONNREFUSED;
  EXPECT_TRUE(nothing_said(result));
}

TEST(Warnings, NameTheQueueThatOverflowed) {
  LoadResult result = fine();
  result.connect.record(1020ms);
  result.kernel = KernelCounters{.listen_overflows = 1, .listen_drops = 12, .syn_retransmissions = 12};
  EXPECT_THAT(only_warning(result),
              StartsWith("a listen queue of this machine overflowed: the kernel dropped "
                         "12 handshakes"));
  result.kernel = KernelCounters{.syn_queue_full_drops = 1, .syn_cookies = 2, .syn_retransmissions = 1};
  EXPECT_THAT(only_warning(result), StartsWith("a SYN queue of this machine overflowed: 3 SYNs"));
  result.kernel = KernelCounters{.syn_retransmissions = 1};
  EXPECT_THAT(only_warning(result), StartsWith("1 SYN sent again"));
}

TEST(Warnings, DoNotTakeOthersOverflowsForOurs) {
  LoadResult result = fine();
  result.kernel = KernelCounters{.listen_overflows = 9, .listen_drops = 9, .syn_retransmissions = 9};
  EXPECT_TRUE(nothing_said(result)) << "nobody here waited";
  result.last_connect_errno = ECONNREFUSED;
  EXPECT_TRUE(nothing_said(result)) << "nobody here waited";
  result.last_connect_errno = ETIMEDOUT;
  EXPECT_THAT(only_warning(result), HasSubstr("overflowed"));
  result.last_connect_errno = 0;
  result.latency.record(1200ms);  // the last step of the handshake was lost, and the request with it
  EXPECT_THAT(only_warning(result), HasSubstr("overflowed"));
  result.kernel = KernelCounters();
  EXPECT_TRUE(nothing_said(result)) << "slow, but no handshake was lost";
  result.kernel.reset();
  EXPECT_TRUE(nothing_said(result)) << "not known";
}

// --- Who was the limit ----------------------------------------------------------------------------------

TEST(Warnings, SayWhenTheClientIsTheLimit) {
  LoadResult result = fine();
  result.client_cpu = 1950ms;  // of two threads
  EXPECT_THAT(only_warning(result), StartsWith("client-bound: the load generator used all"));
  result.server_cpu = 950ms;
  EXPECT_TRUE(nothing_said(result));
}

TEST(Warnings, SayWhichThreadIsTheLimit) {
  LoadResult result = fine();
  result.thread_use = {{.cpu = 500ms}, {.cpu = 1000ms}};
  EXPECT_THAT(only_warning(result), StartsWith("client-bound: load thread 2 of 2"));
  result.thread_use = {{.cpu = 750ms}, {.cpu = 750ms}};
  EXPECT_TRUE(nothing_said(result));
}

TEST(Warnings, SayThatTheClientIsAtItsLimitWhereTheServerIsNotKnown) {
  LoadResult result = fine();
  result.server_cpu.reset();
  result.client_cpu = 1950ms;
  EXPECT_THAT(only_warning(result), StartsWith("the load threads are at their limit"));
  result.client_cpu = 1500ms;
  EXPECT_TRUE(nothing_said(result));
}

TEST(Warnings, DoNotTakeSpinningForWork) {
  LoadResult result = fine();
  result.client_cpu = 2s;
  result.thread_use = {{.cpu = 1s}, {.cpu = 1s}};
  EXPECT_TRUE(nothing_said(result, {.busy_poll = true}));
  EXPECT_TRUE(nothing_said(result, {.driver = DriverKind::kNull}));
}

TEST(Warnings, SayWhenNobodyWasBusy) {
  LoadResult result = fine();
  result.client_cpu = 100ms;
  result.server_cpu = 60ms;
  EXPECT_THAT(only_warning(result),
              StartsWith("server idle: it used 6 % of a core and the load generator 10 %"));
  EXPECT_TRUE(nothing_said(result, {.rate = RatePlan{.per_second = 10}})) << "no more was asked for";
  result.server_cpu = 600ms;
  EXPECT_TRUE(nothing_said(result));
  result.server_cpu.reset();
  EXPECT_TRUE(nothing_said(result));
}

TEST(Warnings, TellIdleCoresFromThoseThatOthersTook) {
  LoadResult result = fine();
  result.client_cpu = 300ms;
  result.server_cpu = 300ms;
  result.idle_share = 0.7;
  EXPECT_THAT(only_warning(result), StartsWith("server idle"));
  result.idle_share = 0.2;
  EXPECT_TRUE(nothing_said(result)) << "it may be either";
  result.idle_share = 0.02;
  EXPECT_THAT(only_warning(result),
              StartsWith("other programs, or the host of this machine, took the cores"));
  EXPECT_THAT(only_warning(result, {.rate = RatePlan{.per_second = 10}}), HasSubstr("took the cores"));
  result.server_cpu = 700ms;
  EXPECT_TRUE(nothing_said(result)) << "the server had one";
}

TEST(Warnings, SayThatBothShareOneCore) {
  LoadResult result = fine();
  result.client_cpus = result.server_cpus = {1};
  EXPECT_THAT(only_warning(result), StartsWith("load generator and server share core 1"));
  result.server_cpus = {0};
  EXPECT_TRUE(nothing_said(result));
  result.server_cpus.clear();
  EXPECT_TRUE(nothing_said(result, {.target = resolve("192.0.2.1", 80)->front()}));
  EXPECT_THAT(only_warning(result, {.target = resolve("127.0.0.1", 80)->front()}),
              StartsWith("the load generator may use core 1 only"));
}

// Two cores, two load threads, one server beside them.
LoadResult on_two_full_cores() {
  LoadResult result = fine();
  result.client_cpus = result.server_cpus = {0, 1};
  result.client_cpu = 1200ms;
  result.server_cpu = 700ms;
  return result;
}

TEST(Warnings, SayThatFullCoresAreSharedInsteadOfAdvisingThreads) {
  LoadResult result = on_two_full_cores();
  EXPECT_THAT(only_warning(result), StartsWith("load generator and server share all 2 cores, and these were "
                                               "full"));
  EXPECT_THAT(only_warning(result), HasSubstr("more --threads would take from the server"));
  result.client_cpu = 1950ms;  // what was called client-bound before
  EXPECT_THAT(only_warning(result), StartsWith("load generator and server share all 2 cores"));
  result.server_cpu = 500ms;
  result.client_cpu = 1000ms;
  EXPECT_TRUE(nothing_said(result)) << "half a core was left";
}

TEST(Warnings, SayThatFullCoresAreSharedByALocalServerWhosePidIsNotKnown) {
  LoadResult result = on_two_full_cores();
  result.server_cpu.reset();
  result.server_cpus.clear();
  result.idle_share = 0.02;
  const LoadPlan local{.target = resolve("127.0.0.1", 80)->front()};
  EXPECT_THAT(only_warning(result, local), StartsWith("load generator and server share all 2 cores"));
  EXPECT_TRUE(nothing_said(result, {.target = resolve("192.0.2.1", 80)->front()}));
}

TEST(Warnings, AdviseNoThreadThatWouldTakeTheServersCore) {
  LoadResult result = on_two_full_cores();
  result.threads = 1;
  result.client_cpu = 1000ms;
  result.server_cpu = 600ms;  // of the other core
  EXPECT_THAT(only_warning(result), StartsWith("client-bound"));
  EXPECT_THAT(only_warning(result), HasSubstr("no further core"));
}

// --- What the figures show ------------------------------------------------------------------------------

TEST(Warnings, SaySinceWhenNothingWasAnswered) {
  LoadResult result = fine();
  result.series = {{.length = 1s, .completed = 900},
                   {.length = 1s, .completed = 100},
                   {.length = 1s, .errors = 4},
                   {.length = 1s, .errors = 4}};
  EXPECT_THAT(only_warning(result),
              StartsWith("nothing was answered from 2s on, until the end: the server ended"));
  EXPECT_THAT(only_warning(result), HasSubstr("and was 900/s before"));
  result.series.push_back({.length = 1s, .completed = 100});
  EXPECT_THAT(only_warning(result), StartsWith("nothing was answered from 2s on, until 4s: "));
}

TEST(Warnings, NameAnswersThatAreAllRedirects) {
  LoadResult result = fine();
  result.http.emplace();
  result.http->statuses[301] = 600;
  result.http->statuses[308] = 400;
  EXPECT_THAT(only_warning(result), StartsWith("every answer was a redirect (301, 308)"));
  result.http->statuses[200] = 1;
  EXPECT_TRUE(nothing_said(result));
  result.http->statuses = {};
  result.http->statuses[304] = 1000;
  EXPECT_TRUE(nothing_said(result)) << "that is no redirect";
}

TEST(Warnings, NameTheTargetWhereTheReplyIsHttp) {
  LoadResult result = fine();
  result.reply_is_http = true;
  EXPECT_EQ(only_warning(result, {.target = resolve("127.0.0.1", 8080)->front()}),
            "the reply is HTTP: use http://127.0.0.1:8080/");
  EXPECT_EQ(only_warning(result, {.target = resolve("::1", 8080)->front()}),
            "the reply is HTTP: use http://[::1]:8080/");
  EXPECT_EQ(only_warning(result, {.target = Endpoint::unix_socket("/run/x")}),
            "the reply is HTTP: use http+unix:/run/x:/");
}

TEST(Warnings, SayWhatWasWrongWithTheFirstWrongReply) {
  LoadResult result = fine();
  result.remark = "a reply stopped after 5 of its 7 bytes";
  EXPECT_TRUE(nothing_said(result)) << "it was in flight when the run ended";
  result.counts.errors[ErrorKind::kMismatch] = 1;
  EXPECT_EQ(only_warning(result), result.remark);
  result.reply_is_http = true;
  EXPECT_THAT(only_warning(result, {.target = resolve("127.0.0.1", 8080)->front()}), HasSubstr("is HTTP"));
}

TEST(Warnings, NameNaglesAlgorithm) {
  LoadResult result = fine();
  result.latency.record(41ms, 100);
  result.kernel = KernelCounters{.delayed_acks = 100};
  EXPECT_THAT(only_warning(result), StartsWith("9 % of the latencies lie at 40 ms, where Nagle's algorithm"));
  EXPECT_TRUE(nothing_said(result, {.target = Endpoint::unix_socket("/x")})) << "there is none";
  result.kernel->delayed_acks = 0;
  EXPECT_TRUE(nothing_said(result)) << "the server takes 41 ms";
  LoadPlan plan;
  plan.sockets.nodelay = false;
  EXPECT_THAT(only_warning(result, plan), HasSubstr("leave out --no-nodelay"));
}

TEST(Warnings, SayThatThroughputDrifted) {
  LoadResult result = fine();
  for (const std::uint64_t completed : {1000, 1000, 990, 760, 750, 750}) {
    result.series.push_back({.length = 1s, .completed = completed});
  }
  EXPECT_THAT(only_warning(result),
              StartsWith("not steady: throughput went down by 25 % within the run, from 1,000/s to 750/s"));
  std::ranges::reverse(result.series);
  EXPECT_THAT(only_warning(result), HasSubstr("went up by 25 %"));
  for (SeriesPoint& point : result.series) point.completed = 1000;
  EXPECT_TRUE(nothing_said(result));
}

TEST(Warnings, SayThatSamplesAreTooFew) {
  LoadResult result = fine();
  result.latency.clear();
  result.latency.record(1us, 99);
  EXPECT_THAT(only_warning(result), StartsWith("only 99 samples"));
  EXPECT_TRUE(nothing_said(result, {.latency = false})) << "none was asked for";
}

}  // namespace
}  // namespace suite
