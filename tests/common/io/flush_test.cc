#include "common/io/flush.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <linux/tcp.h>  // its tcp_info has more than that of netinet/tcp.h
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "common/net/unique_fd.h"
#include "tests/support/bytes.h"

namespace suite {
namespace {

struct SocketPair {
  UniqueFd near, far;
  SocketPair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    near.reset(ends[0]);
    far.reset(ends[1]);
  }
};

using test::bytes_of;

std::string read_all(int fd) {
  std::string text;
  std::array<char, 4096> block;
  for (ssize_t count = 0; (count = ::recv(fd, block.data(), block.size(), 0)) > 0;) {
    text.append(block.data(), static_cast<std::size_t>(count));
  }
  return text;
}

TEST(Flush, OfAnEmptyOutboxIsDone) {
  SocketPair pair;
  OutBuffer out;
  const FlushResult result = flush(pair.near.get(), out);
  EXPECT_EQ(result.status, FlushStatus::kDone);
  EXPECT_EQ(result.sent, 0U);
}

TEST(Flush, SendsOnePieceOrManyInOrder) {
  SocketPair pair;
  OutBuffer out;
  out.borrow(bytes_of("one"));
  EXPECT_EQ(flush(pair.near.get(), out).sent, 3U);
  for (int i = 0; i < 100; ++i) out.borrow(bytes_of(i % 2 == 0 ? "ab" : "c"));  // more than one sendmsg
  const FlushResult result = flush(pair.near.get(), out);
  EXPECT_EQ(result.status, FlushStatus::kDone);
  EXPECT_EQ(result.sent, 150U);
  std::string expected = "one";
  for (int i = 0; i < 50; ++i) expected += "abc";
  EXPECT_EQ(read_all(pair.far.get()), expected);
}

TEST(Flush, GoesOnWhereAFullSocketStoppedIt) {
  SocketPair pair;
  std::string payload(1024 * 1024, ' ');
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>('a' + i % 23);
  OutBuffer out;
  out.borrow(bytes_of(payload).first(payload.size() / 2));
  out.borrow(bytes_of(payload).subspan(payload.size() / 2));

  FlushResult result = flush(pair.near.get(), out);
  EXPECT_EQ(result.status, FlushStatus::kBlocked);
  EXPECT_GT(result.sent, 0U);
  std::size_t total = result.sent;
  EXPECT_EQ(flush(pair.near.get(), out).sent, 0U) << "a full socket takes nothing";

  std::string received;
  while (result.status == FlushStatus::kBlocked) {
    EXPECT_EQ(out.size(), payload.size() - total);
    received += read_all(pair.far.get());
    result = flush(pair.near.get(), out);
    total += result.sent;
  }
  received += read_all(pair.far.get());
  EXPECT_EQ(result.status, FlushStatus::kDone);
  EXPECT_EQ(total, payload.size());
  EXPECT_EQ(received, payload);
}

TEST(Flush, SaysThatThePeerIsGoneWithoutASignal) {
  SocketPair pair;
  pair.far.reset();
  for (const int pieces : {1, 2}) {
    OutBuffer out;
    for (int i = 0; i < pieces; ++i) out.borrow(bytes_of("x"));
    EXPECT_EQ(flush(pair.near.get(), out).status, FlushStatus::kFailed);
  }
}

// A connection over the loopback interface.
struct TcpPair {
  UniqueFd near, far;
  TcpPair() {
    const UniqueFd listener(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof address;
    EXPECT_EQ(::bind(listener.get(), generic, length), 0);
    EXPECT_EQ(::listen(listener.get(), 1), 0);
    EXPECT_EQ(::getsockname(listener.get(), generic, &length), 0);
    far.reset(::socket(AF_INET, SOCK_STREAM, 0));
    EXPECT_EQ(::connect(far.get(), generic, length), 0);
    near.reset(::accept(listener.get(), nullptr, nullptr));
    const int one = 1;
    EXPECT_EQ(::setsockopt(near.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one), 0);
  }
};

// Segments that the far end got for an answer and the end behind it.
std::uint32_t segments_of_an_ending(Then then) {
  TcpPair pair;
  OutBuffer out;
  out.borrow(bytes_of("the last words"));
  EXPECT_EQ(flush(pair.near.get(), out, then).status, FlushStatus::kDone);
  pair.near.reset();
  EXPECT_EQ(read_all(pair.far.get()), "the last words");
  tcp_info info{};
  socklen_t length = sizeof info;
  EXPECT_EQ(::getsockopt(pair.far.get(), IPPROTO_TCP, TCP_INFO, &info, &length), 0);
  return info.tcpi_segs_in;
}

TEST(Flush, LetsTheEndTravelWithTheLastBytes) {
  EXPECT_EQ(segments_of_an_ending(Then::kEnds) + 1, segments_of_an_ending(Then::kStaysOpen));
}

TEST(Flush, OfALargeFileLeavesOthersATurn) {
  const UniqueFd fd(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  constexpr std::uint64_t kSize = 6 * 1024 * 1024;
  ASSERT_EQ(::ftruncate(fd.get(), kSize), 0);
  struct stat facts{};
  ASSERT_EQ(::fstat(fd.get(), &facts), 0);
  SocketPair pair;
  // A peer that reads as fast as it is sent to, and a socket that never says it is full.
  ASSERT_EQ(::fcntl(pair.near.get(), F_SETFL, 0), 0);
  ASSERT_EQ(::fcntl(pair.far.get(), F_SETFL, 0), 0);
  std::size_t received = 0;
  std::thread reader([&] { received = read_all(pair.far.get()).size(); });
  WindowPool pool;
  OutBuffer out;
  out.append_file({.file = std::make_shared<SourceFile>(UniqueFd(::dup(fd.get())), facts), .size = kSize},
                  pool);
  const FlushResult first = flush(pair.near.get(), out);
  EXPECT_EQ(first.status, FlushStatus::kBlocked);
  EXPECT_EQ(first.sent, 4U * 1024 * 1024);
  const FlushResult second = flush(pair.near.get(), out);
  EXPECT_EQ(second.status, FlushStatus::kDone);
  EXPECT_EQ(second.sent, 2U * 1024 * 1024);
  pair.near.reset();
  reader.join();
  EXPECT_EQ(received, kSize);
}

class FlushOfPages : public testing::Test {
 protected:
  void SetUp() override {
    ::signal(SIGPIPE, SIG_IGN);
    pipe_ = PagePipe::open();
    if (!pipe_) GTEST_SKIP() << "vmsplice(2) is not to be had";
    auto pages = std::make_shared<PageMemory>(kSize);
    for (std::size_t i = 0; i < kSize; ++i) pages->bytes()[i] = static_cast<std::byte>(i % 251);
    text_.assign(reinterpret_cast<const char*>(pages->bytes().data()), kSize);
    const int small = 100'000;
    ASSERT_EQ(::setsockopt(tcp_.near.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
    ASSERT_EQ(::fcntl(tcp_.near.get(), F_SETFL, O_NONBLOCK), 0);
    ASSERT_EQ(::fcntl(tcp_.far.get(), F_SETFL, O_NONBLOCK), 0);
    out_.append(bytes_of("head "));
    out_.share_pages(pages, pages->bytes(), *pipe_);
    out_.append(bytes_of(" tail"));
  }

  static constexpr std::size_t kSize = 2 * 1024 * 1024 + 777;
  std::string text_;
  std::optional<PagePipe> pipe_;
  TcpPair tcp_;
  OutBuffer out_;
};

TEST_F(FlushOfPages, SendsThemBetweenWhatIsCopiedHoweverOftenTheSocketIsFull) {
  std::string received;
  int blocked = 0;
  for (FlushStatus status = FlushStatus::kBlocked; status == FlushStatus::kBlocked;) {
    status = flush(tcp_.near.get(), out_).status;
    blocked += status == FlushStatus::kBlocked ? 1 : 0;
    received += read_all(tcp_.far.get());
  }
  tcp_.near.reset();
  ASSERT_EQ(::fcntl(tcp_.far.get(), F_SETFL, 0), 0);
  received += read_all(tcp_.far.get());
  EXPECT_TRUE(received == "head " + text_ + " tail");
  EXPECT_GT(blocked, 0);
}

TEST_F(FlushOfPages, KeepsTheirBytesOnTheWayWhenTheirMemoryIsGone) {
  const std::size_t sent = flush(tcp_.near.get(), out_).sent;
  ASSERT_GT(sent, 10'000U);
  out_ = OutBuffer();  // the last owner
  const PageMemory reused(kSize);
  std::ranges::fill(reused.bytes(), std::byte{'!'});
  tcp_.near.reset();
  ASSERT_EQ(::fcntl(tcp_.far.get(), F_SETFL, 0), 0);
  EXPECT_TRUE(read_all(tcp_.far.get()) == ("head " + text_ + " tail").substr(0, sent));
}

TEST_F(FlushOfPages, SaysThatThePeerIsGone) {
  tcp_.far.reset();
  FlushStatus status = FlushStatus::kBlocked;
  for (int i = 0; i < 100 && status == FlushStatus::kBlocked; ++i)
    status = flush(tcp_.near.get(), out_).status;
  EXPECT_EQ(status, FlushStatus::kFailed);
}

}  // namespace
}  // namespace suite
