// No descriptor is left behind, and the way this is counted sees one that is.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "tests/conformance/backend_test.h"
#include "tests/support/process_stats.h"

namespace suite {
namespace {

using test::Socket;

class DescriptorCount : public test::BackendTest {};
SUITE_FOR_EVERY_BACKEND_AND_TLS(DescriptorCount);

// The count once it stands still for a moment: a server closes its end a little after its client did.
std::size_t settled_count(::pid_t pid) {
  std::size_t count = 0;
  int same = 0;
  test::eventually([&] {
    const std::size_t last = std::exchange(count, test::descriptor_count(pid));
    same = count == last ? same + 1 : 0;
    return same == 50;
  });
  return count;
}

void come_and_go(const Endpoint& server) {
  for (int i = 0; i < 100; ++i) {
    Socket polite(server), rude(server);
    ASSERT_TRUE(polite.send("hello") && rude.send("hello"));
    ASSERT_EQ(polite.receive(5), "hello");
    rude.reset();
  }
}

TEST_P(DescriptorCount, IsTheSameAfterTwoHundredConnectionsCameAndWent) {
  SUITE_START(server, with({"--workers", "2"}));
  come_and_go(server.endpoint());  // some libraries open one for themselves at the first connection
  const std::size_t before = settled_count(server.pid());
  come_and_go(server.endpoint());
  std::size_t after = 0;
  EXPECT_TRUE(test::eventually([&] { return (after = test::descriptor_count(server.pid())) <= before; }))
      << before << " before, " << after << " after";
}

TEST_P(DescriptorCount, IsTheSameAfterConnectionsThatTimedOut) {
  SUITE_START(server, with({"--idle-timeout", "50ms"}));
  come_and_go(server.endpoint());
  const std::size_t before = settled_count(server.pid());
  std::vector<Socket> sockets;
  for (int i = 0; i < 50; ++i) sockets.emplace_back(server.endpoint());
  for (Socket& socket : sockets) EXPECT_EQ(socket.receive_rest(), "");
  EXPECT_TRUE(test::eventually([&] { return test::descriptor_count(server.pid()) <= before; }));
}

// A process that opens a descriptor for each byte it is sent.
class LeakyProcess {
 public:
  LeakyProcess() {
    EXPECT_EQ(::pipe2(orders_.data(), O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(done_.data(), O_CLOEXEC), 0);
    pid_ = ::fork();
    if (pid_ == 0) leak_on_order();
  }
  ~LeakyProcess() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    for (const int fd : {orders_[0], orders_[1], done_[0], done_[1]}) ::close(fd);
  }
  void leak_one() const {
    char byte = 'x';
    EXPECT_EQ(::write(orders_[1], &byte, 1), 1);
    EXPECT_EQ(::read(done_[0], &byte, 1), 1);
  }
  ::pid_t pid() const { return pid_; }

 private:
  [[noreturn]] void leak_on_order() const {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (char byte = 0; ::read(orders_[0], &byte, 1) == 1;) {
      const int leaked = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
      if (leaked < 0 || ::write(done_[1], &byte, 1) != 1) break;
    }
    ::_exit(0);
  }
  std::array<int, 2> orders_{}, done_{};
  ::pid_t pid_ = -1;
};

// A table that threads share is counted once for each of them, and ThreadSanitizer adds a thread.
#define SUITE_SKIP_WHERE_THREADS_COME_UNASKED() \
  if (test::kThreadSanitized) GTEST_SKIP() << "ThreadSanitizer adds a thread when it sees fit"

TEST(DescriptorCounting, SeesOneThatLeaks) {
  SUITE_SKIP_WHERE_THREADS_COME_UNASKED();
  const LeakyProcess process;
  const std::size_t before = test::descriptor_count(process.pid());
  EXPECT_GT(before, 0U);
  EXPECT_EQ(test::descriptor_count(process.pid()), before);
  process.leak_one();
  EXPECT_EQ(test::descriptor_count(process.pid()), before + 1);
  process.leak_one();
  EXPECT_EQ(test::descriptor_count(process.pid()), before + 2);
}

TEST(DescriptorCounting, SeesALeakInAChildOfTheCountedProcess) {
  SUITE_SKIP_WHERE_THREADS_COME_UNASKED();
  const std::size_t before = test::descriptor_count(::getpid());
  const LeakyProcess process;
  const std::size_t with_child = test::descriptor_count(::getpid());
  EXPECT_GT(with_child, before);
  process.leak_one();
  EXPECT_EQ(test::descriptor_count(::getpid()), with_child + 1);
}

}  // namespace
}  // namespace suite
