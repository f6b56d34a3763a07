#include "cmd/cli/write_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cmd/cli/read_file.h"
#include "common/net/unique_fd.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

TEST(WriteFile, LeavesNothingOfWhatTheFileHeld) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("file"), text = std::string(200'000, 'x') + std::string("\0\n", 2);
  EXPECT_TRUE(write_file(path, text));
  EXPECT_EQ(read_file(path), text);
  EXPECT_TRUE(write_file(path, "short"));
  EXPECT_EQ(read_file(path), "short");
}

TEST(WriteFile, SaysWhyItCannot) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(write_file(folder.file("missing/file"), "x").error(), "No such file or directory");
  EXPECT_EQ(write_file(folder.file(""), "x").error(), "Is a directory");
  EXPECT_EQ(write_file("/dev/full", "x").error(), "No space left on device");
}

TEST(WriteFile, TryingChangesNothing) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder.file("file"), "kept"));
  EXPECT_TRUE(try_to_write(folder.file("file")));
  EXPECT_EQ(read_file(folder.file("file")), "kept");
  EXPECT_EQ(try_to_write(folder.file("missing/file")).error(), "No such file or directory");
}

TEST(WriteFile, DoesNotWaitForSomebodyToReadAFifo) {
  const test::TemporaryFolder folder;
  const std::string fifo = folder.file("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const auto written = write_file(fifo, "text");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error(), "it is a FIFO that nobody reads");
  const UniqueFd reader(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  ASSERT_TRUE(reader);
  EXPECT_TRUE(write_file(fifo, "text"));
  std::string text(10, ' ');
  EXPECT_EQ(::read(reader.get(), text.data(), text.size()), 4);
}

}  // namespace
}  // namespace suite
