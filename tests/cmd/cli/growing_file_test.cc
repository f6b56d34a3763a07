#include "cmd/cli/growing_file.h"

#include <sys/resource.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "cmd/cli/read_file.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

TEST(GrowingFile, HasEachPieceAsSoonAsItIsAppended) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("result");
  std::ofstream(path) << "what was there before, and is longer";
  auto file = GrowingFile::open(path);
  ASSERT_TRUE(file) << file.error();
  EXPECT_EQ(read_file(path), "");
  ASSERT_TRUE(file->append("one\n"));
  EXPECT_EQ(read_file(path), "one\n");
  ASSERT_TRUE(file->append("two\n"));
  ASSERT_TRUE(file->finish("end\n"));
  EXPECT_EQ(read_file(path), "one\ntwo\nend\n");
}

TEST(GrowingFile, SaysWhyItCannotBeWritten) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(GrowingFile::open(folder.file("none/result")).error(), "No such file or directory");
  EXPECT_EQ(GrowingFile::open(folder.file("")).error(), "Is a directory");
}

/// Files of this process may not grow beyond `bytes` while it lives, as on a full disk.
class SmallDisk {
 public:
  explicit SmallDisk(::rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    before_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const ::rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, before_handler_);
  }

 private:
  ::rlimit before_{};
  void (*before_handler_)(int) = SIG_DFL;
};

TEST(GrowingFile, EndsWithAWholePieceOnAFullDiskAndTriesAgainLater) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("result");
  auto file = GrowingFile::open(path);
  ASSERT_TRUE(file) << file.error();
  ASSERT_TRUE(file->append("12345\n"));
  {
    const SmallDisk disk(8);
    EXPECT_EQ(file->append("6789\n").error(), "File too large");
    EXPECT_EQ(read_file(path), "12345\n");
  }
  ASSERT_TRUE(file->append("0\n")) << "there is room again";
  EXPECT_EQ(read_file(path), "12345\n6789\n0\n");
  const SmallDisk disk(8);
  EXPECT_EQ(file->finish("end\n").error(), "File too large");
}

TEST(GrowingFile, ThatIsNoRegularFileIsWrittenAtTheEnd) {
  auto file = GrowingFile::open("/dev/full");
  ASSERT_TRUE(file) << file.error();
  EXPECT_TRUE(file->append("one\n"));
  EXPECT_EQ(file->finish("two\n").error(), "No space left on device");
}

}  // namespace
}  // namespace suite
