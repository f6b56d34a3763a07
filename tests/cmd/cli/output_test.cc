#include "cmd/cli/output.h"

#include <fcntl.h>
#include <unistd.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <thread>

#include "common/net/event_fd.h"
#include "tests/support/broken_stream.h"
#include "tests/support/patience.h"

namespace suite {
namespace {

struct Pipe {
  UniqueFd reading, writing;
  explicit Pipe(int flags) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | flags) != 0) throw std::runtime_error("pipe2 failed");
    reading.reset(ends[0]);
    writing.reset(ends[1]);
  }
};

// O_NONBLOCK may have been set by whoever shares the open file; a pipe takes 64 KiB at a time.
TEST(WriteFully, WritesMoreThanAPipeHoldsWhateverItsMode) {
  for (const int flags : {0, O_NONBLOCK}) {
    Pipe pipe(flags);
    ::fcntl(pipe.reading.get(), F_SETFL, 0);
    const std::string text(1 << 20, 'x');
    std::size_t received = 0;
    std::thread reader([&] {
      std::array<char, 5000> block{};
      for (ssize_t count = 1; count > 0;) {
        count = ::read(pipe.reading.get(), block.data(), block.size());
        if (count > 0) received += static_cast<std::size_t>(count);
      }
    });
    EXPECT_EQ(write_fully(pipe.writing.get(), text), 0);
    EXPECT_EQ(::fcntl(pipe.writing.get(), F_GETFL) & O_NONBLOCK, flags) << "others share it";
    pipe.writing.reset();
    reader.join();
    EXPECT_EQ(received, text.size());
  }
}

TEST(WriteFully, SaysWhyItCouldNot) {
  secure_standard_streams();  // SIGPIPE
  EXPECT_EQ(write_fully(test::BrokenStream(test::Broken::kFull).fd(), "x"), ENOSPC);
  EXPECT_EQ(write_fully(test::BrokenStream(test::Broken::kNoReader).fd(), "x"), EPIPE);
  EXPECT_EQ(write_fully(-1, "x"), EBADF);
}

TEST(WriteFully, WaitsForAReaderOnlyALittleOnceInterrupted) {
  const auto interrupt = EventFd::open();
  interrupt->set();
  for (const auto how : {test::Broken::kStuck, test::Broken::kStuckNow}) {
    const test::BrokenStream stream(how);
    const test::Stopwatch watch;
    EXPECT_EQ(write_fully(stream.fd(), "x", interrupt->fd()), ETIMEDOUT);
    EXPECT_LT(watch.elapsed(), test::kPatience);
  }
}

}  // namespace
}  // namespace suite
