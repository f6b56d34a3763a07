#include "common/net/listener.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

const Endpoint kAnyPort = resolve("127.0.0.1", 0)->front();

UniqueFd connect_to(const Endpoint& endpoint) {
  UniqueFd fd(::socket(endpoint.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(fd.get(), endpoint.address(), endpoint.length()) != 0) fd.reset();
  return fd;
}

int option_of(int fd, int level, int name) {
  int value = -1;
  socklen_t length = sizeof value;
  ::getsockopt(fd, level, name, &value, &length);
  return value;
}

Endpoint unix_endpoint(const test::TemporaryFolder& folder) {
  return Endpoint::unix_socket(folder.file("socket"));
}

// A socket file whose server died without removing it.
void leave_stale_file(const Endpoint& endpoint) {
  const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(fd.get(), endpoint.address(), endpoint.length()), 0);
}

TEST(Listener, FindsAFreePortAndAcceptsOnIt) {
  const auto listener = Listener::open(kAnyPort, {});
  ASSERT_TRUE(listener) << listener.error().one_line();
  EXPECT_NE(listener->endpoint().port(), 0);
  const UniqueFd client = connect_to(listener->endpoint());
  ASSERT_TRUE(client);
  const Accepted accepted = accept_one(listener->fd());
  EXPECT_EQ(accepted.status, AcceptStatus::kAccepted);
  EXPECT_EQ(accepted.peer.to_string(), local_endpoint(client.get())->to_string());
}

TEST(Listener, HandsOutNonBlockingCloseOnExecSocketsWithoutNagle) {
  const auto listener = Listener::open(kAnyPort, {});
  ASSERT_TRUE(listener);
  const UniqueFd client = connect_to(listener->endpoint());
  const Accepted accepted = accept_one(listener->fd());
  ASSERT_TRUE(accepted.fd);
  for (const int fd : {listener->fd(), accepted.fd.get()}) {
    EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_NE(option_of(fd, IPPROTO_TCP, TCP_NODELAY), 0);
  }
}

TEST(Listener, SaysWhenNobodyWaits) {
  const auto listener = Listener::open(kAnyPort, {});
  ASSERT_TRUE(listener);
  EXPECT_EQ(accept_one(listener->fd()).status, AcceptStatus::kEmpty);
}

TEST(Listener, HandsAConnectionOverOnceItHasSentSomethingWhenAsked) {
  const auto listener = Listener::open(kAnyPort, {.await_bytes = true});
  ASSERT_TRUE(listener);
  const UniqueFd silent = connect_to(listener->endpoint());
  const UniqueFd client = connect_to(listener->endpoint());
  EXPECT_EQ(accept_one(listener->fd()).status, AcceptStatus::kEmpty);
  ASSERT_EQ(::send(client.get(), "x", 1, MSG_NOSIGNAL), 1);
  const Accepted accepted = accept_one(listener->fd());
  EXPECT_EQ(accepted.status, AcceptStatus::kAccepted);
  EXPECT_EQ(accepted.peer.to_string(), local_endpoint(client.get())->to_string());
  EXPECT_EQ(accept_one(listener->fd()).status, AcceptStatus::kEmpty);

  pollfd wait{.fd = listener->fd(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&wait, 1, 10'000), 1) << "a silent one is there in the end";
  EXPECT_EQ(accept_one(listener->fd()).status, AcceptStatus::kAccepted);
}

TEST(Listener, SharesItsPortOnlyWhenAsked) {
  const auto alone = Listener::open(kAnyPort, {});
  ASSERT_TRUE(alone);
  EXPECT_FALSE(Listener::open(alone->endpoint(), {}));
  EXPECT_FALSE(Listener::open(alone->endpoint(), {.share_port = true}));

  const auto first = Listener::open(kAnyPort, {.share_port = true});
  ASSERT_TRUE(first);
  EXPECT_TRUE(Listener::open(first->endpoint(), {.share_port = true}));
  EXPECT_FALSE(claim_endpoint(first->endpoint())) << "a claim sees what sharing hides";
}

TEST(Listener, SaysWhichPortIsTakenAndWhatToDo) {
  const auto first = Listener::open(kAnyPort, {});
  ASSERT_TRUE(first);
  const auto second = Listener::open(first->endpoint(), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().one_line(),
            "cannot listen on " + first->endpoint().to_string() +
                ": Address already in use (another program listens there; give another --port, or 0 for a "
                "free one)");
}

TEST(Listener, SaysThatAnAddressIsNotOfThisMachine) {
  const auto listener = Listener::open(resolve("192.0.2.1", 0)->front(), {});  // TEST-NET-1, RFC 5737
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().advice, "give --host an address of this machine");
}

TEST(Listener, GivesAcceptAnEndAfterShutDown) {
  const auto listener = Listener::open(kAnyPort, {});
  ASSERT_TRUE(listener);
  listener->shut_down();
  EXPECT_EQ(accept_one(listener->fd()).status, AcceptStatus::kEnded);
  EXPECT_FALSE(connect_to(listener->endpoint()));
}

TEST(Listener, SkipsNothingOfWhatIsQueuedWhenAConnectionBrokeMeanwhile) {
  const auto listener = Listener::open(kAnyPort, {});
  ASSERT_TRUE(listener);
  UniqueFd broken = connect_to(listener->endpoint());
  const linger reset{.l_onoff = 1, .l_linger = 0};
  ASSERT_EQ(::setsockopt(broken.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset), 0);
  broken.reset();
  const UniqueFd whole = connect_to(listener->endpoint());
  bool found = false;
  for (;;) {
    const Accepted accepted = accept_one(listener->fd());
    if (accepted.status != AcceptStatus::kAccepted) break;
    found = found || accepted.peer.port() == local_endpoint(whole.get())->port();
  }
  EXPECT_TRUE(found);
}

TEST(Listener, SaysThatDescriptorsAreExhausted) {
  const auto listener = Listener::open(kAnyPort, {});
  ASSERT_TRUE(listener);
  const UniqueFd client = connect_to(listener->endpoint());
  ASSERT_TRUE(client);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const AcceptStatus status = accept_one(listener->fd()).status;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(status, AcceptStatus::kExhausted);
  EXPECT_EQ(accept_one(listener->fd()).status, AcceptStatus::kAccepted) << "it still waited";
}

TEST(ClaimEndpoint, FillsInAFreePortAndLeavesItFree) {
  const auto claimed = claim_endpoint(kAnyPort);
  ASSERT_TRUE(claimed);
  EXPECT_NE(claimed->port(), 0);
  EXPECT_TRUE(Listener::open(*claimed, {}));
}

TEST(UnixListener, AcceptsAndTellsTheEndpointBack) {
  const test::TemporaryFolder folder;
  const auto listener = Listener::open(unix_endpoint(folder), {});
  ASSERT_TRUE(listener) << listener.error().one_line();
  EXPECT_EQ(listener->endpoint().to_string(), "unix:" + folder.file("socket"));
  const UniqueFd client = connect_to(listener->endpoint());
  EXPECT_EQ(accept_one(listener->fd()).status, AcceptStatus::kAccepted);
}

TEST(UnixListener, ReplacesAFileThatNobodyListensOn) {
  const test::TemporaryFolder folder;
  leave_stale_file(unix_endpoint(folder));
  EXPECT_TRUE(Listener::open(unix_endpoint(folder), {}));
}

TEST(UnixListener, LeavesALivingServersFileAlone) {
  const test::TemporaryFolder folder;
  const auto first = Listener::open(unix_endpoint(folder), {});
  ASSERT_TRUE(first);
  const auto second = Listener::open(unix_endpoint(folder), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().advice, "another server listens there; give another path");
  EXPECT_TRUE(connect_to(first->endpoint()));
}

TEST(UnixListener, LeavesAFileAloneThatIsNoSocket) {
  const test::TemporaryFolder folder;
  std::ofstream(folder.file("socket")) << "precious";
  EXPECT_FALSE(Listener::open(unix_endpoint(folder), {}));
  std::string text;
  std::ifstream(folder.file("socket")) >> text;
  EXPECT_EQ(text, "precious");
}

TEST(UnixListener, SaysThatTheFolderIsMissing) {
  const test::TemporaryFolder folder;
  const auto listener = Listener::open(Endpoint::unix_socket(folder.file("none/socket")), {});
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().advice, "the folder of that path does not exist");
}

TEST(UnixSocketFile, RemovesItsFileAtTheEnd) {
  const test::TemporaryFolder folder;
  const auto listener = Listener::open(unix_endpoint(folder), {});
  ASSERT_TRUE(listener);
  {
    const auto file = UnixSocketFile::of(listener->endpoint());
    ASSERT_TRUE(file);
    EXPECT_TRUE(std::filesystem::exists(folder.file("socket")));
  }
  EXPECT_FALSE(std::filesystem::exists(folder.file("socket")));
}

TEST(UnixSocketFile, LeavesAFileThatReplacedIts) {
  const test::TemporaryFolder folder;
  const auto listener = Listener::open(unix_endpoint(folder), {});
  ASSERT_TRUE(listener);
  auto file = UnixSocketFile::of(listener->endpoint());
  ASSERT_TRUE(file);
  std::filesystem::rename(folder.file("socket"), folder.file("moved"));
  std::ofstream(folder.file("socket")) << "another's";
  file->remove();
  EXPECT_TRUE(std::filesystem::exists(folder.file("socket")));
}

TEST(UnixSocketFile, IsNothingForATcpEndpoint) { EXPECT_FALSE(UnixSocketFile::of(kAnyPort)); }

}  // namespace
}  // namespace suite
