// Peers that do not read, and peers that go away.
#include "tests/conformance/backend_test.h"
#include "tests/support/process_stats.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::Socket;

class BackPressure : public test::BackendTest {};
SUITE_FOR_EVERY_BACKEND_AND_TLS(BackPressure);

TEST_P(BackPressure, APeerThatNeverReadsCostsNeitherMemoryNorCpu) {
  constexpr std::size_t kPeers = 10;
  SUITE_START(server, with({}));
  ASSERT_TRUE(test::echoes(server.endpoint()));
  const std::size_t memory_before = test::resident_bytes(server.pid());

  const std::string& supply = test::more_than_sockets_hold();
  std::vector<Socket> peers;
  std::vector<std::size_t> sent;
  for (std::size_t i = 0; i < kPeers; ++i) {
    peers.emplace_back(server.endpoint());
    sent.push_back(test::send_until_blocked(peers.back(), supply).size());
    ASSERT_LT(sent.back(), supply.size()) << "the server takes whatever comes";
  }

  EXPECT_LT(test::cpu_used_in(300ms, server.pid()), 15ms * test::kSlowdown);
  if (!test::kSanitized) {  // a sanitizer's own memory grows as it likes
    const std::size_t grown = test::resident_bytes(server.pid()) - memory_before;
    const std::size_t for_each = over_tls() ? 256 << 10 : 128 << 10;  // the same twice: encrypted, and plain
    EXPECT_LT(grown, kPeers * for_each + (1 << 20)) << "at most a read and a little more for each";
  }
  EXPECT_TRUE(test::echoes(server.endpoint())) << "others are served meanwhile";

  for (std::size_t i = 0; i < kPeers; ++i) {
    EXPECT_TRUE(peers[i].receive(sent[i]) == supply.substr(0, sent[i])) << "and nothing was lost";
  }
  test::expect_clean_end(server);
}

TEST_P(BackPressure, AnIdleServerUsesNoCpu) {
  SUITE_START(server, with({}));
  Socket idle(server.endpoint());
  ASSERT_TRUE(idle.send("x"));
  ASSERT_EQ(idle.receive(1), "x");
  EXPECT_LT(test::cpu_used_in(300ms, server.pid()), 10ms * test::kSlowdown);
}

TEST_P(BackPressure, SurvivesAPeerGoneInMidWrite) {
  SUITE_START(server, with({}));
  const std::string supply = test::noise(32 << 20);
  for (int i = 0; i < 20; ++i) {
    Socket peer(server.endpoint());
    if (i % 2 == 0) {
      test::send_until_blocked(peer, supply.substr(0, 8 << 20));
    } else {
      ASSERT_TRUE(peer.send(supply.substr(0, 100'000)));
    }
    peer.reset();
  }
  EXPECT_TRUE(test::echoes(server.endpoint()));
  test::expect_clean_end(server);
  EXPECT_NE(server.totals().find("reset by the peer"), std::string::npos) << server.totals();
}

TEST_P(BackPressure, SurvivesPeersThatCloseBetweenConnectAndAccept) {
  SUITE_START(server, with({}));
  server.freeze();
  for (int i = 0; i < 40; ++i) {
    Socket peer(server.endpoint());
    ASSERT_TRUE(peer.connected());
    ASSERT_TRUE(peer.send("gone before you look"));
    if (i % 2 == 0) peer.reset();
  }
  server.thaw();
  EXPECT_TRUE(test::echoes(server.endpoint()));
  test::expect_clean_end(server);
}

TEST_P(BackPressure, APeerThatReadsSlowlyGetsEverything) {
  SUITE_START(server, with({}));
  Socket slow(server.endpoint(), {.receive_buffer = 8 << 10});
  const std::string payload = test::send_until_blocked(slow, test::noise(4 << 20));
  slow.shut_down_sending();
  std::string received;
  while (slow.end() == test::End::kOpen && received.size() < payload.size()) received += slow.receive(4099);
  EXPECT_TRUE(received == payload);
}

}  // namespace
}  // namespace suite
