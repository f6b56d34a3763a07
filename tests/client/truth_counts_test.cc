// What `suite load` counts, held to the request against what the server counted of its own faults.
#include <gtest/gtest.h>

#include "tests/client/truth.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::echo_plan;
using test::Fault;
using test::http_plan;
using test::MisbehavingServer;
using test::run_and_check;
using test::ServerTruth;

// --- An echo that goes wrong at every 7th request of a connection ---------------------------------------

struct EchoCase {
  const char* name;
  Fault fault;
  std::uint64_t depth;
  ErrorKind kind;  // of the request that the fault befell
  bool tls = false;
};

// In builds without TLS nothing of it is tested.
#define SUITE_SKIP_WITHOUT_TLS(each) \
  if ((each).tls && !test::why_no_tls().empty()) GTEST_SKIP() << test::why_no_tls()

class TruthOfEchoes : public test::OnDrivers<test::OnDriver<EchoCase>> {};

TEST_P(TruthOfEchoes, AreCountedToTheRequest) {
  const EchoCase& each = GetParam().what;
  const test::Promptly promptly;  // a reply that is late by a timeout would be counted as none
  SUITE_SKIP_WITHOUT_TLS(each);
  MisbehavingServer server({.tls = each.tls, .fault = each.fault, .every = 7});
  LoadPlan plan = echo_plan(server, driver());
  plan.requests = 400;
  plan.depth = each.depth;
  plan.timeout = 400ms * test::kSlowdown;
  if (each.depth > 1) plan.connections = 1;  // the last requests asked for have others behind them
  if (each.kind == ErrorKind::kTimeout) plan.requests = each.depth == 1 ? 40 : 25;
  const LoadResult result = run_and_check(plan);
  const ServerTruth truth = server.truth();
  const LoadCounts& counts = result.counts;

  EXPECT_EQ(counts.completed, truth.answered);
  EXPECT_EQ(counts.sent, *plan.requests);
  EXPECT_EQ(counts.in_flight_at_end, 0U);
  EXPECT_GT(truth.spoiled, 0U);
  // What shows in the reply behind it alone is a timeout where the very last request has none behind it.
  const std::uint64_t unseen = each.kind == ErrorKind::kTimeout ? 0 : counts.errors[ErrorKind::kTimeout];
  EXPECT_LE(unseen, each.kind == ErrorKind::kMismatch && each.depth > 1 ? 1U : 0U);
  EXPECT_EQ(counts.errors[each.kind] + unseen, truth.spoiled);
  EXPECT_EQ(counts.errors[ErrorKind::kClosedEarly], counts.sent - truth.answered - truth.spoiled);
  EXPECT_EQ(truth.requests, counts.sent);  // those behind a wrong reply too: the server read them
  EXPECT_EQ(result.latency.count(), counts.completed + counts.errors[ErrorKind::kTimeout]);
  // A connection whose handshake was under way at the end is accepted there, and not open here.
  const std::uint64_t most_in_handshakes = each.tls ? plan.connections : 0;
  EXPECT_TRUE(test::eventually([&] {
    const auto accepted = static_cast<std::uint64_t>(server.accepted());
    const std::uint64_t opened = result.connections_opened + counts.reopened;
    return accepted >= opened && accepted <= opened + most_in_handshakes;
  }));
}

INSTANTIATE_TEST_SUITE_P(, TruthOfEchoes,
                         testing::ValuesIn(test::on_each_driver<EchoCase>(
                             {EchoCase{"WrongByte", Fault::kWrongByte, 1, ErrorKind::kMismatch},
                              EchoCase{"WrongByteAmongFive", Fault::kWrongByte, 5, ErrorKind::kMismatch},
                              EchoCase{"Shifted", Fault::kShifted, 1, ErrorKind::kMismatch},
                              EchoCase{"ShiftedAmongFive", Fault::kShifted, 5, ErrorKind::kMismatch},
                              EchoCase{"Short", Fault::kShort, 1, ErrorKind::kTimeout},
                              EchoCase{"ShortAmongFive", Fault::kShort, 5, ErrorKind::kMismatch},
                              EchoCase{"Dropped", Fault::kDropped, 1, ErrorKind::kTimeout},
                              EchoCase{"DroppedAmongFive", Fault::kDropped, 5, ErrorKind::kMismatch},
                              EchoCase{"SwappedAmongFive", Fault::kSwapped, 5, ErrorKind::kMismatch},
                              EchoCase{"Silence", Fault::kSilence, 1, ErrorKind::kTimeout},
                              EchoCase{"SilenceAmongFive", Fault::kSilence, 5, ErrorKind::kTimeout},
                              EchoCase{"Reset", Fault::kReset, 1, ErrorKind::kReset},
                              EchoCase{"ResetMidway", Fault::kResetMidway, 1, ErrorKind::kReset},
                              EchoCase{"WrongByteOverTls", Fault::kWrongByte, 5, ErrorKind::kMismatch, true},
                              EchoCase{"ShortOverTls", Fault::kShort, 5, ErrorKind::kMismatch, true},
                              EchoCase{"SwappedOverTls", Fault::kSwapped, 5, ErrorKind::kMismatch, true},
                              EchoCase{"SilenceOverTls", Fault::kSilence, 5, ErrorKind::kTimeout, true},
                              EchoCase{"ResetOverTls", Fault::kResetMidway, 1, ErrorKind::kReset, true}})),
                         test::case_name<EchoCase>);

// --- HTTP -----------------------------------------------------------------------------------------------

struct HttpCase {
  const char* name;
  Fault fault;
  std::uint64_t depth;
  ErrorKind kind;
  Verify verify = Verify::kLength;
  bool tls = false;
};

class TruthOfHttp : public test::OnDrivers<test::OnDriver<HttpCase>> {};

TEST_P(TruthOfHttp, IsCountedToTheRequest) {
  const HttpCase& each = GetParam().what;
  const test::Promptly promptly;
  SUITE_SKIP_WITHOUT_TLS(each);
  MisbehavingServer server({.tls = each.tls, .echo_bytes = 0, .fault = each.fault, .every = 7});
  LoadPlan plan = http_plan(server, driver());
  plan.requests = each.kind == ErrorKind::kTimeout ? 40 : 400;
  plan.depth = each.depth;
  plan.verify = each.verify;
  plan.timeout = 400ms * test::kSlowdown;
  const LoadResult result = run_and_check(plan);
  const ServerTruth truth = server.truth();
  const LoadCounts& counts = result.counts;

  EXPECT_EQ(counts.completed, truth.answered);
  EXPECT_EQ(counts.sent, *plan.requests);
  // A connection whose end comes together with replies has taken requests that are on no wire yet.
  EXPECT_LE(truth.requests, counts.sent);
  EXPECT_GE(truth.requests, counts.sent - (each.depth > 1 ? counts.errors[ErrorKind::kClosedEarly] : 0));
  EXPECT_GT(truth.spoiled, 0U);
  EXPECT_EQ(counts.errors[each.kind],
            each.kind == ErrorKind::kClosedEarly ? counts.sent - truth.answered : truth.spoiled);
  EXPECT_EQ(counts.errors.total(), counts.sent - truth.answered);
  EXPECT_EQ(result.http->statuses[500], each.fault == Fault::kStatus ? truth.spoiled : 0);
  EXPECT_EQ(result.latency.count(), counts.completed + counts.errors[ErrorKind::kTimeout]);
}

INSTANTIATE_TEST_SUITE_P(
    , TruthOfHttp,
    testing::ValuesIn(test::on_each_driver<HttpCase>(
        {HttpCase{"Status", Fault::kStatus, 1, ErrorKind::kStatus},
         HttpCase{"StatusAmongFive", Fault::kStatus, 5, ErrorKind::kStatus},
         HttpCase{"WrongBody", Fault::kWrongByte, 1, ErrorKind::kMismatch, Verify::kFull},
         HttpCase{"WrongBodyAmongFive", Fault::kWrongByte, 5, ErrorKind::kMismatch, Verify::kFull},
         HttpCase{"Shifted", Fault::kShifted, 1, ErrorKind::kMalformed},
         HttpCase{"Short", Fault::kShort, 1, ErrorKind::kTimeout},
         HttpCase{"Close", Fault::kClose, 1, ErrorKind::kClosedEarly},
         HttpCase{"CloseAmongFive", Fault::kClose, 5, ErrorKind::kClosedEarly},
         HttpCase{"Silence", Fault::kSilence, 1, ErrorKind::kTimeout},
         HttpCase{"Reset", Fault::kReset, 1, ErrorKind::kReset},
         HttpCase{"ResetMidway", Fault::kResetMidway, 1, ErrorKind::kReset},
         HttpCase{"StatusOverTls", Fault::kStatus, 5, ErrorKind::kStatus, Verify::kLength, true},
         HttpCase{"WrongBodyOverTls", Fault::kWrongByte, 5, ErrorKind::kMismatch, Verify::kFull, true},
         HttpCase{"CloseOverTls", Fault::kClose, 5, ErrorKind::kClosedEarly, Verify::kLength, true},
         HttpCase{"ResetOverTls", Fault::kResetMidway, 1, ErrorKind::kReset, Verify::kLength, true}})),
    test::case_name<HttpCase>);

// --- Connections that break in mid-flight, and runs that end by the clock -------------------------------

class Truth : public test::OnDrivers<DriverKind> {};
INSTANTIATE_TEST_SUITE_P(, Truth, test::drivers_of_sockets(), test::driver_name);

// A reset takes requests with it that the server had not read.
TEST_P(Truth, OfResetsAmongManyInFlightCountsAllOfThem) {
  MisbehavingServer server({.fault = Fault::kReset, .every = 50});
  LoadPlan plan = echo_plan(server, driver());
  plan.requests = 2'000;
  plan.depth = 8;
  const LoadResult result = run_and_check(plan);
  const ServerTruth truth = server.truth();
  EXPECT_GT(truth.spoiled, 0U);
  EXPECT_EQ(result.counts.sent, 2'000U);
  EXPECT_GE(result.counts.errors[ErrorKind::kReset], truth.spoiled);
  EXPECT_LE(result.counts.errors[ErrorKind::kReset], truth.spoiled * plan.depth);
  EXPECT_EQ(result.counts.errors.total(), result.counts.errors[ErrorKind::kReset]);
  EXPECT_LE(result.counts.completed, truth.answered);  // a reset may overtake replies
  EXPECT_LE(truth.requests, result.counts.sent);
}

// Each is one request, or none where the reset is there before the client has seen that it is connected.
TEST_P(Truth, OfConnectionsThatAreResetAsTheyComeIsOneErrorEach) {
  MisbehavingServer server({.fault = Fault::kClose, .every = 5, .resets_every = 3});
  LoadPlan plan = echo_plan(server, driver());
  plan.connections = 1;
  plan.requests = 200;
  const LoadResult result = run_and_check(plan);
  const ServerTruth truth = server.truth();
  EXPECT_GT(truth.reset_on_accept, 5U);
  EXPECT_EQ(result.counts.errors[ErrorKind::kReset] + result.counts.errors[ErrorKind::kConnect],
            truth.reset_on_accept);
  EXPECT_EQ(result.counts.errors[ErrorKind::kClosedEarly], truth.spoiled);
  EXPECT_EQ(result.counts.completed, truth.answered);
  EXPECT_EQ(truth.requests, truth.answered + truth.spoiled);
}

TEST_P(Truth, OfARunThatEndsByTheClockDiffersByWhatIsInFlight) {
  for (const std::uint64_t depth : {1U, 16U}) {
    MisbehavingServer server({.delay = 1ms});
    LoadPlan plan = echo_plan(server, driver());
    plan.duration = 150ms;
    plan.depth = depth;
    const LoadResult result = run_and_check(plan);
    const ServerTruth truth = server.truth();
    const std::uint64_t in_flight = result.counts.in_flight_at_end;
    EXPECT_EQ(in_flight, plan.connections * depth);
    EXPECT_GT(result.counts.completed, 0U);
    EXPECT_EQ(result.counts.errors.total(), 0U);
    EXPECT_GE(truth.answered, result.counts.completed);
    EXPECT_LE(truth.answered, result.counts.completed + in_flight);
    EXPECT_LE(truth.requests, result.counts.sent);
    EXPECT_GE(truth.requests, result.counts.sent - in_flight);
  }
}

}  // namespace
}  // namespace suite
