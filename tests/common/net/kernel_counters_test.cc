#include "common/net/kernel_counters.h"

#include <gtest/gtest.h>

#include <sstream>

#include "common/net/listener.h"
#include "tests/support/patience.h"
#include "tests/support/socket.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

TEST(KernelCounters, AreFoundByNameInWhateverOrder) {
  std::istringstream netstat(
      "TcpExt: SyncookiesSent DelayedACKs ListenDrops ListenOverflows TCPSynRetrans\n"
      "TcpExt: 9 1 2 3 18446744073709551615\n"
      "IpExt: InNoRoutes InOctets\n"
      "IpExt: 7 0\n"
      "MPTcpExt: TCPReqQFullDrop TCPReqQFullDoCookies\n"
      "MPTcpExt: 5 6\n");
  const KernelCounters expected{.listen_overflows = 3,
                                .listen_drops = 2,
                                .syn_queue_full_drops = 5,
                                .syn_cookies = 6,
                                .syn_retransmissions = UINT64_MAX,
                                .delayed_acks = 1};
  EXPECT_EQ(parse_kernel_counters(netstat), expected);
}

TEST(KernelCounters, AreZeroWhereTheKernelDoesNotNameThem) {
  for (const char* text : {"", "TcpExt: ListenDrops\n", "TcpExt: ListenDrops\nTcpExt:\n", "\n\n\n", "x"}) {
    std::istringstream netstat(text);
    EXPECT_EQ(parse_kernel_counters(netstat), KernelCounters()) << text;
  }
}

TEST(KernelCounters, DifferBetweenTwoReadings) {
  const KernelCounters before{.listen_drops = 5, .delayed_acks = 7},
      after{.listen_drops = 8, .delayed_acks = 7};
  EXPECT_EQ(after - before, KernelCounters{.listen_drops = 3});
  EXPECT_EQ(before - after, KernelCounters()) << "counters that were reset";
}

// Nobody accepts: the queue of 1 takes two connections, and the kernel drops the others' SYNs.
TEST(KernelCounters, CountWhatAFullListenQueueDrops) {
  const auto before = read_kernel_counters();
  ASSERT_TRUE(before) << before.error().one_line();
  const auto listener = Listener::open(resolve("127.0.0.1", 0)->front(), {.backlog = 1});
  const test::Socket first(listener->endpoint()), second(listener->endpoint());
  ASSERT_TRUE(first.connected() && second.connected());
  const test::Socket third(listener->endpoint(), {}, 50ms);
  EXPECT_FALSE(third.connected());
  const KernelCounters dropped = *read_kernel_counters() - *before;
  EXPECT_GE(dropped.listen_overflows, 1U);
  EXPECT_GE(dropped.listen_drops, 1U);
}

}  // namespace
}  // namespace suite
