// Runs over TLS against servers that do it right, and wrong: counts reconcile to the request.
#include <gmock/gmock.h>

#include "tests/client/load_run_fixture.h"
#include "tests/support/tls_side.h"

namespace suite {
namespace {

using std::chrono::milliseconds;
using test::ScriptedServer;
using test::TlsSide;
using testing::HasSubstr;

class LoadRunTls : public test::OnDrivers<DriverKind> {
 protected:
  LoadPlan tls_plan(const ScriptedServer& server) const {
    LoadPlan plan = plan_for(server);
    plan.tls = TlsClientOptions{.name = "127.0.0.1", .verify = false};
    return plan;
  }
  // One request on each of the four connections.
  LoadPlan four_requests(const ScriptedServer& server) const {
    LoadPlan plan = tls_plan(server);
    plan.duration = std::chrono::seconds(2) * test::kSlowdown;
    plan.requests = 4;
    return plan;
  }
  static LoadPlan asking_pages(LoadPlan plan) {
    plan.protocol = HttpPlan{.requests = {"GET / HTTP/1.1\r\nHost: a\r\n\r\n"}};
    plan.verify = Verify::kLength;
    return plan;
  }
};
INSTANTIATE_TEST_SUITE_P(Drivers, LoadRunTls, testing::Values(DriverKind::kEpoll, DriverKind::kUring),
                         [](const auto& each) { return std::string(name_of(each.param)); });

void echo_in_tls(int fd, int) { TlsSide(fd).echo(); }

TEST_P(LoadRunTls, CountsEchoesAndTimesHandshakesApart) {
  const ScriptedServer server(&echo_in_tls);
  LoadPlan plan = tls_plan(server);
  plan.depth = 8;
  const LoadResult result = test::run_and_check(plan);
  EXPECT_GT(result.counts.completed, 0U);
  EXPECT_EQ(result.counts.errors.total(), 0U);
  ASSERT_TRUE(result.tls);
  EXPECT_EQ(result.tls->full, 4U);
  EXPECT_EQ(result.tls->resumed, 0U);
  EXPECT_EQ(result.tls->handshake.count(), 4U);
  EXPECT_EQ(result.connect.count(), 4U);
  EXPECT_EQ(result.tls->version, "TLSv1.3");
}

// More than a record, and more than the sockets hold.
TEST_P(LoadRunTls, SendsAndVerifiesRequestsOfManyRecords) {
  const ScriptedServer server(&echo_in_tls);
  LoadPlan plan = four_requests(server);
  plan.connections = 1;
  plan.depth = 4;
  plan.protocol = EchoPlan{.payload = {.text = {}, .size = 300'000}};
  const LoadResult result = test::run_and_check(plan);
  EXPECT_EQ(result.counts.completed, 4U);
}

TEST_P(LoadRunTls, SpeaksOnlyTheVersionAskedFor) {
  const ScriptedServer server(&echo_in_tls);
  LoadPlan plan = four_requests(server);
  plan.tls->version = TlsVersion::k12;
  plan.tls->ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256";
  const LoadResult result = test::run_and_check(plan);
  ASSERT_TRUE(result.tls);
  EXPECT_EQ(result.tls->version, "TLSv1.2");
  EXPECT_EQ(result.tls->cipher, "ECDHE-ECDSA-AES128-GCM-SHA256");
}

void answer_once(int fd, int) {
  TlsSide side(fd);
  if (!side.shake_hands() || side.receive().empty()) return;
  side.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
  side.say_goodbye();
}

TEST_P(LoadRunTls, ResumesSessionsWhereConnectionsAreOpenedAgain) {
  const ScriptedServer server(&answer_once);
  LoadPlan plan = asking_pages(four_requests(server));
  plan.requests = 20;
  plan.keep_alive = false;
  const LoadResult result = test::run_and_check(plan);
  EXPECT_EQ(result.counts.completed, 20U);
  ASSERT_TRUE(result.tls);
  EXPECT_EQ(result.tls->full, 4U);
  EXPECT_GE(result.tls->resumed, 16U);
  EXPECT_GE(result.http_times.total.sum(), result.latency.sum() + result.tls->handshake.min()->count());
  plan.tls->resume = false;
  EXPECT_EQ(test::run_and_check(plan).tls->resumed, 0U);
}

// RFC 8446 6.1, RFC 9112 9.8: a body that ends with the connection is complete only with a close_notify.
TEST_P(LoadRunTls, TakesABodyForCompleteOnlyWhereTheEndWasAnnounced) {
  for (const bool announces : {true, false}) {
    const ScriptedServer server([announces](int fd, int) {
      TlsSide side(fd);
      if (!side.shake_hands() || side.receive().empty()) return;
      side.send("HTTP/1.1 200 OK\r\n\r\nto the end");
      if (announces) side.say_goodbye();
    });
    const LoadResult result = test::run_and_check(asking_pages(four_requests(server)));
    EXPECT_EQ(result.counts.completed, announces ? 4U : 0U);
    EXPECT_EQ(result.counts.errors[ErrorKind::kClosedEarly], announces ? 0U : 4U);
  }
}

// RFC 5246 7.4.1.1: a HelloRequest may be ignored. The answer is a warning, and the connection goes on.
TEST_P(LoadRunTls, RefusesToNegotiateAnewAndGoesOn) {
  const ScriptedServer server([](int fd, int) {
    TlsSide side(fd);
    if (!side.shake_hands()) return;
    const std::string request = side.receive();
    side.demand_renegotiation();
    side.send(request);
    test::swallow(fd, 0);
  });
  LoadPlan plan = four_requests(server);
  plan.tls->version = TlsVersion::k12;
  const LoadResult result = test::run_and_check(plan);
  EXPECT_EQ(result.counts.completed, 4U);
  EXPECT_EQ(result.counts.errors.total(), 0U);
}

TEST_P(LoadRunTls, CountsARecordThatIsNoneAsTls) {
  const ScriptedServer server([](int fd, int) {
    TlsSide side(fd);
    if (!side.shake_hands() || side.receive().empty()) return;
    test::send_all(fd, std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'x'));
    test::swallow(fd, 0);
  });
  const LoadResult result = test::run_and_check(four_requests(server));
  EXPECT_EQ(result.counts.errors[ErrorKind::kTls], 4U);
  EXPECT_EQ(result.counts.errors.failed_handshakes, 0U);
  EXPECT_THAT(result.tls->last_failure, HasSubstr("bad record mac"));
}

TEST_P(LoadRunTls, CountsARecordThatIsCutShortAsClosedEarly) {
  const ScriptedServer server([](int fd, int) {
    TlsSide side(fd);
    if (!side.shake_hands() || side.receive().empty()) return;
    test::send_all(fd, std::string("\x17\x03\x03\x00\x20", 5) + "cut");
  });
  const LoadResult result = test::run_and_check(four_requests(server));
  EXPECT_EQ(result.counts.errors[ErrorKind::kClosedEarly], 4U);
}

// A fatal handshake_failure (RFC 8446 6): 21, version, length, level 2, description 40.
TEST_P(LoadRunTls, SaysInWordsWhyTheServerRefusesTheHandshake) {
  const ScriptedServer server([](int fd, int) {
    if (test::receive(fd).empty()) return;
    test::send_all(fd, std::string("\x15\x03\x03\x00\x02\x02\x28", 7));
    test::swallow(fd, 0);
  });
  const LoadResult result = test::run_and_check(four_requests(server));
  EXPECT_EQ(result.counts.errors[ErrorKind::kTls], 4U);
  EXPECT_EQ(result.counts.errors.failed_handshakes, 4U);
  EXPECT_EQ(result.counts.sent, 0U);
  EXPECT_EQ(result.tls->last_failure, "the peer's alert: handshake failure");
}

TEST_P(LoadRunTls, CountsACertificateThatIsNotTrustedAsTls) {
  const ScriptedServer server(&echo_in_tls);
  LoadPlan plan = four_requests(server);
  plan.tls->verify = true;
  const LoadResult result = test::run_and_check(plan);
  EXPECT_EQ(result.counts.errors.failed_handshakes, 4U);
  EXPECT_EQ(result.tls->last_failure, "its certificate is self-signed");
}

TEST_P(LoadRunTls, CountsAnEndDuringTheHandshakeAsTls) {
  const ScriptedServer server([](int fd, int) { test::receive(fd); });
  const LoadResult result = test::run_and_check(four_requests(server));
  EXPECT_EQ(result.counts.errors.failed_handshakes, 4U);
  EXPECT_THAT(result.tls->last_failure, HasSubstr("during the handshake"));
}

TEST_P(LoadRunTls, HoldsAHandshakeThatStallsToTheTimeout) {
  const ScriptedServer server(&test::swallow);
  LoadPlan plan = tls_plan(server);
  plan.timeout = milliseconds(20);
  const LoadResult result = test::run_and_check(plan);
  EXPECT_EQ(result.connections_opened, 0U);
  EXPECT_GT(result.counts.errors[ErrorKind::kConnect], 0U);
  EXPECT_EQ(result.counts.errors.total(), result.counts.errors[ErrorKind::kConnect]);
}

}  // namespace
}  // namespace suite
