#include "cmd/cli/read_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <pty.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "common/net/unique_fd.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

TEST(ReadFile, GivesAllBytes) {
  const test::TemporaryFolder folder;
  const std::string content = std::string(200'000, 'x') + std::string("\0\r\n\xff", 4);
  std::ofstream(folder.file("file"), std::ios::binary) << content;
  EXPECT_EQ(read_file(folder.file("file")), content);
  EXPECT_EQ(read_input(folder.file("file")), content);
}

TEST(ReadFile, SaysWhyItCannot) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(read_file(folder.file("missing")).error(), "No such file or directory");
  EXPECT_EQ(read_file(folder.file("")).error(), "Is a directory");
  EXPECT_EQ(read_input(folder.file("missing")).error(),
            "cannot read '" + folder.file("missing") + "': No such file or directory");
}

/// As stdin, until it goes out of scope.
class StandardInput {
 public:
  explicit StandardInput(int fd) : before_(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)) {
    ::dup2(fd, STDIN_FILENO);
  }
  ~StandardInput() {
    if (before_) {
      ::dup2(before_.get(), STDIN_FILENO);
    } else {
      ::close(STDIN_FILENO);
    }
  }
  StandardInput(const StandardInput&) = delete;

 private:
  UniqueFd before_;
};

TEST(ReadInput, ReadsStdinToItsEnd) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd out(ends[0]);
  UniqueFd in(ends[1]);
  ASSERT_EQ(::write(in.get(), "a body", 6), 6);
  in.reset();
  const StandardInput input(out.get());
  EXPECT_EQ(read_input("-"), "a body");
  EXPECT_EQ(read_input("-"), "") << "its end";
}

TEST(ReadInput, RefusesATerminalRatherThanWaitForSomebodyToType) {
  int controller = -1, terminal = -1;
  ASSERT_EQ(::openpty(&controller, &terminal, nullptr, nullptr, nullptr), 0);
  const UniqueFd first(controller), second(terminal);
  const StandardInput input(terminal);
  const auto read = read_input("-");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error(), testing::HasSubstr("it is a terminal"));
}

}  // namespace
}  // namespace suite
