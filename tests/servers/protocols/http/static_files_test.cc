#include "servers/protocols/http/static_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A change is told by its time; here each write is given one of its own, as if seconds lay between.
class StaticFilesTest : public testing::Test {
 protected:
  void write(const std::string& name, std::string_view text) {
    const std::string path = folder_.file(name);
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path, std::ios::trunc) << text;
    const std::array<timespec, 2> times{timespec{.tv_sec = ++second_, .tv_nsec = 0},
                                        timespec{.tv_sec = second_, .tv_nsec = 0}};
    ::utimensat(AT_FDCWD, path.c_str(), times.data(), 0);
  }
  void open(std::uint64_t cache_bytes = 1 << 20, std::chrono::nanoseconds valid = seconds(1)) {
    auto opened =
        StaticFiles::open({.root = folder_.file("root"),
                           .cache_bytes = cache_bytes,
                           .valid = valid,
                           .types = std::make_shared<const MimeTypes>(MimeTypes::load("/dev/null"))});
    ASSERT_TRUE(opened) << opened.error().one_line();
    files_.emplace(std::move(*opened));
  }
  Found find(std::string_view path) { return files_->find(path, turn_); }
  int status(std::string_view path) { return find(path).status; }
  std::string kept(std::string_view path) {
    const Found found = find(path);
    return found.file == nullptr || found.cached == nullptr ? "(not kept)" : found.file->bytes;
  }
  void pass(std::chrono::nanoseconds time) {
    turn_.now += time;
    turn_.wall += std::chrono::duration_cast<std::chrono::system_clock::duration>(time);
  }

  test::TemporaryFolder folder_;
  time_t second_ = 1'000'000'000;
  // An hour ahead: what is written now has settled by then.
  Turn turn_{.now = std::chrono::steady_clock::now(),
             .wall = std::chrono::system_clock::now() + std::chrono::hours(1)};
  std::optional<StaticFiles> files_;
};

TEST_F(StaticFilesTest, DescribeAFile) {
  write("root/a.html", "<p>hello</p>");
  open();
  const Found found = find("/a.html");
  ASSERT_EQ(found.status, 200);
  EXPECT_EQ(found.file->size, 12U);
  EXPECT_EQ(found.file->bytes, "<p>hello</p>");
  EXPECT_EQ(found.file->modified, std::chrono::sys_seconds(seconds(second_)));
  EXPECT_EQ(found.file->fields,
            "Content-Type: text/html\r\nLast-Modified: Sun, 09 Sep 2001 01:46:41 GMT\r\nETag: " +
                found.file->entity_tag + "\r\nAccept-Ranges: bytes\r\n");
}

TEST_F(StaticFilesTest, AnswerADirectoryWithItsIndex) {
  write("root/index.html", "top");
  write("root/d/index.html", "index of d");
  fs::create_directories(folder_.file("root/empty"));
  fs::create_directories(folder_.file("root/odd/index.html"));
  open();
  EXPECT_EQ(kept("/"), "top");
  EXPECT_EQ(kept("/d/"), "index of d");
  EXPECT_EQ(status("/d"), 301);
  EXPECT_EQ(find("/empty").directory, "empty");
  EXPECT_EQ(status("/index.html/"), 404);
}

// RFC 9110 15.5.4: the server "understood the request but refuses to fulfill it": there is no list to show.
TEST_F(StaticFilesTest, ForbidADirectoryWithoutAnIndex) {
  fs::create_directories(folder_.file("root/empty/inner"));
  fs::create_directories(folder_.file("root/odd/index.html"));
  fs::create_directories(folder_.file("root/dangling"));
  fs::create_symlink("nowhere", folder_.file("root/dangling/index.html"));
  write("root/file", "a file");
  open();
  for (const char* path :
       {"/", "/empty/", "/empty/inner/", "/empty/inner/..", "/odd/", "/odd/.", "/dangling/"}) {
    EXPECT_EQ(status(path), 403) << path;
  }
  for (const char* path : {"/none/", "/empty/none/", "/file/", "/dangling/index.html", "/file/."}) {
    EXPECT_EQ(status(path), 404) << path;
  }
}

TEST_F(StaticFilesTest, NeverLeaveTheRoot) {
  write("secret", "secret");
  write("root/inside/a", "inside");
  fs::create_symlink("../secret", folder_.file("root/out"));
  fs::create_symlink(folder_.file("secret"), folder_.file("root/absolute"));
  fs::create_directory_symlink("..", folder_.file("root/up"));
  fs::create_symlink("inside/a", folder_.file("root/in"));
  fs::create_symlink("loop", folder_.file("root/loop"));
  open();
  for (const char* path : {"/out", "/absolute", "/up/secret", "/up/root/inside/a", "/loop", "/../secret"}) {
    EXPECT_NE(status(path), 200) << path;
  }
  EXPECT_EQ(kept("/in"), "inside");
}

TEST_F(StaticFilesTest, ReadRegularFilesOnly) {
  fs::create_directories(folder_.file("root"));
  ASSERT_EQ(::mkfifo(folder_.file("root/fifo").c_str(), 0600), 0);
  fs::create_symlink("/dev/zero", folder_.file("root/zero"));
  open();
  EXPECT_EQ(status("/fifo"), 404);
  EXPECT_EQ(status("/zero"), 404);
  EXPECT_EQ(status("/missing"), 404);
  EXPECT_EQ(status("/" + std::string(300, 'x')), 404);
}

TEST_F(StaticFilesTest, BelieveAKeptFileForAsLongAsIsSaid) {
  write("root/a", "old");
  open();
  EXPECT_EQ(kept("/a"), "old");
  write("root/a", "new");
  pass(milliseconds(999));
  EXPECT_EQ(kept("/a"), "old");
  pass(milliseconds(1));
  EXPECT_EQ(kept("/a"), "new");
  fs::remove(folder_.file("root/a"));
  pass(seconds(1));
  EXPECT_EQ(status("/a"), 404);
}

TEST_F(StaticFilesTest, AskEachTimeWhereNothingIsToBeBelieved) {
  write("root/a", "old");
  open(1 << 20, {});
  EXPECT_EQ(kept("/a"), "old");
  write("root/a", "new");
  EXPECT_EQ(kept("/a"), "new");
}

TEST_F(StaticFilesTest, GoOnWithAFileThatDidNotChange) {
  write("root/a", "same");
  open();
  const auto first = find("/a").file;
  pass(seconds(5));
  EXPECT_EQ(find("/a").file, first);
}

// Written twice within one step of the file system's clock, with one length: only the bytes differ.
TEST_F(StaticFilesTest, ReadAnewWhatChangedJustBeforeItWasRead) {
  write("root/a", "one");
  turn_.wall = std::chrono::system_clock::now();
  open();
  const auto first = find("/a").file;
  pass(seconds(1));
  EXPECT_NE(find("/a").file, first);
}

TEST_F(StaticFilesTest, KeepNoMoreThanTheCacheHolds) {
  for (int i = 0; i < 100; ++i) write("root/" + std::to_string(i), std::string(4000, 'x'));
  open(64 * 1024);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(status("/" + std::to_string(i)), 200);
  const auto last = find("/99").file;
  EXPECT_EQ(last.use_count(), 2) << "kept";
  std::weak_ptr<const File> first = find("/0").file;
  for (int i = 1; i < 50; ++i) find("/" + std::to_string(i));
  EXPECT_TRUE(first.expired()) << "the one not used for longest makes room";
}

TEST_F(StaticFilesTest, DoNotKeepWhatTakesMoreThanAnEighthOfTheCache) {
  write("root/large", std::string(8192, 'x'));
  write("root/small", std::string(7000, 'x'));
  open(64 * 1024);
  EXPECT_EQ(kept("/large"), "(not kept)");
  EXPECT_NE(find("/large").file->source, nullptr);
  EXPECT_EQ(kept("/small").size(), 7000U);
  open(0);
  EXPECT_EQ(kept("/small"), "(not kept)");
  EXPECT_EQ(status("/small"), 200);
}

TEST_F(StaticFilesTest, NeverNameAChangeInTheFuture) {
  second_ = std::chrono::system_clock::to_time_t(turn_.wall) + 1'000'000;
  write("root/a", "from tomorrow");
  open();
  EXPECT_EQ(find("/a").file->modified, std::chrono::floor<seconds>(turn_.wall));
}

// RFC 9110 8.8.2.1: the Date of each message, so that it is no matter of when the file was read.
TEST_F(StaticFilesTest, DoNotKeepAFileFromTheFuture) {
  second_ = std::chrono::system_clock::to_time_t(turn_.wall) + 1'000'000;
  write("root/a", "from tomorrow");
  open();
  EXPECT_EQ(kept("/a"), "(not kept)");
  pass(seconds(5));
  EXPECT_EQ(find("/a").file->modified, std::chrono::floor<seconds>(turn_.wall));
}

TEST_F(StaticFilesTest, KnowTimesBefore1970) {
  second_ = -86'401;
  write("root/a", "old");
  open();
  EXPECT_EQ(find("/a").file->modified, std::chrono::sys_seconds(seconds(-86'400)));
  EXPECT_NE(find("/a").file->fields.find("Last-Modified: Wed, 31 Dec 1969 00:00:00 GMT\r\n"),
            std::string::npos);
}

// As nginx and Apache have it: copies of a tree on several machines give one file one tag.
TEST_F(StaticFilesTest, GiveReplicasOneEntityTag) {
  write("root/a", "same");
  --second_;
  write("root/b", "same");
  write("root/c", "same");
  --second_;
  write("root/d", "other");
  open();
  EXPECT_EQ(find("/a").file->entity_tag, find("/b").file->entity_tag);
  EXPECT_NE(find("/a").file->entity_tag, find("/c").file->entity_tag) << "another time";
  EXPECT_NE(find("/c").file->entity_tag, find("/d").file->entity_tag) << "another size";
}

// The tag is the same; the inode and the time of its change tell that the bytes are not.
TEST_F(StaticFilesTest, SendFreshBytesOfAFileWhoseTimeWasPutBack) {
  write("root/a", "old");
  open();
  const std::string tag = find("/a").file->entity_tag;
  --second_;
  write("root/a", "new");
  pass(seconds(1));
  EXPECT_EQ(kept("/a"), "new");
  EXPECT_EQ(find("/a").file->entity_tag, tag);
}

TEST_F(StaticFilesTest, OpenTheRootAnewWhereToldTo) {
  write("root-1/a", "first");
  write("root-2/a", "second");
  fs::create_directory_symlink("root-1", folder_.file("root"));
  open();
  EXPECT_EQ(kept("/a"), "first");
  fs::remove(folder_.file("root"));
  fs::create_directory_symlink("root-2", folder_.file("root"));
  EXPECT_EQ(kept("/a"), "first");
  EXPECT_TRUE(files_->reopen_root());
  EXPECT_EQ(kept("/a"), "second") << "and nothing that was kept of the old one";
  fs::remove(folder_.file("root"));
  EXPECT_FALSE(files_->reopen_root());
  EXPECT_EQ(kept("/a"), "second") << "which stays open";
}

TEST_F(StaticFilesTest, SayWhyARootCannotBeOpened) {
  const auto opened = StaticFiles::open({.root = folder_.file("nowhere"), .types = nullptr});
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().one_line().find("No such file"), std::string::npos);
}

}  // namespace
}  // namespace suite
