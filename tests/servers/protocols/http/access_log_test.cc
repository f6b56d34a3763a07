#include "servers/protocols/http/access_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "tests/support/patience.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::eventually;

constexpr std::chrono::sys_seconds kAt = std::chrono::sys_days(2000y / 10 / 10) + 13h + 55min + 36s;

AccessRecord record(std::string_view request_line, int status = 200, std::uint64_t body_bytes = 2326) {
  return {.peer = "127.0.0.1",
          .at = kAt,
          .request_line = request_line,
          .status = status,
          .body_bytes = body_bytes};
}

std::string line_of(const AccessRecord& record) {
  std::string line;
  append_log_line(line, record, ClfTime().of(record.at));
  return line;
}

TEST(LogLine, IsCommonLogFormat) {
  EXPECT_EQ(line_of(record("GET /a.gif HTTP/1.1")),
            "127.0.0.1 - - [10/Oct/2000:13:55:36 +0000] \"GET /a.gif HTTP/1.1\" 200 2326\n");
}

TEST(LogLine, SaysNothingAsADash) {
  AccessRecord nothing = record("HEAD / HTTP/1.1", 304, 0);
  nothing.peer = "";
  EXPECT_EQ(line_of(nothing), "- - - [10/Oct/2000:13:55:36 +0000] \"HEAD / HTTP/1.1\" 304 -\n");
}

TEST(LogLine, EscapesWhatCouldForgeALine) {
  const std::string line = line_of(record("GET /\"\\\n\r\t\x1b[31m\x7f\xff\b\v HTTP/1.1"));
  EXPECT_THAT(line, testing::HasSubstr(R"("GET /\"\\\n\r\t\x1b[31m\x7f\xff\b\v HTTP/1.1" 200)"));
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  AccessRecord peer = record("");
  peer.peer = "x\ny";
  EXPECT_THAT(line_of(peer), testing::StartsWith("x\\ny - - ["));
}

TEST(LogLine, EscapesEveryByteIntoPlainText) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const std::string line = line_of(record({&c, 1}));
    EXPECT_TRUE(std::ranges::all_of(line.substr(0, line.size() - 1), [](char each) {
      return each >= ' ' && each <= '~';
    })) << byte;
  }
}

TEST(LogLine, CutsARequestThatIsTooLongForAPipe) {
  for (const char c : {'a', '"', '\x01'}) {
    const std::string line = line_of(record(std::string(100'000, c), 200, ~0ULL));
    EXPECT_LE(line.size(), kLongestLogLine);
    EXPECT_GT(line.size(), kLongestLogLine - 50);
    EXPECT_THAT(line, testing::EndsWith("...\" 200 18446744073709551615\n"));
  }
}

TEST(ClfTime, FollowsTheSecond) {
  ClfTime time;
  EXPECT_EQ(time.of(kAt), "10/Oct/2000:13:55:36 +0000");
  EXPECT_EQ(time.of(kAt + 999ms), "10/Oct/2000:13:55:36 +0000");
  EXPECT_EQ(time.of(kAt + 1s), "10/Oct/2000:13:55:37 +0000");
  EXPECT_EQ(time.of(std::chrono::sys_days(2024y / 2 / 29)), "29/Feb/2024:00:00:00 +0000");
}

class AccessLogTest : public testing::Test {
 protected:
  static std::string content(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  std::unique_ptr<AccessLog> open(const std::string& path) {
    auto log = AccessLog::open(path, hangups_);
    EXPECT_TRUE(log) << log.error().one_line();
    return std::move(*log);
  }
  // Adds lines of 4 KiB until some are dropped; returns how many were taken.
  static std::size_t fill(AccessLog& log) {
    const std::string request(kLongestLogLine, 'x');
    std::size_t added = 0;
    while (log.dropped() == 0 && added < 1'000) {
      log.add(record(request));
      ++added;
    }
    return added - log.dropped();
  }

  test::TemporaryFolder folder_;
  std::string path_ = folder_.file("access.log");
  std::atomic<std::uint32_t> hangups_ = 7;  // those before it was opened are none of its business
};

TEST_F(AccessLogTest, WritesItsLinesInOrder) {
  const auto log = open(path_);
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    const std::string request = "GET /" + std::to_string(i) + " HTTP/1.1";
    log->add(record(request));
    expected += line_of(record(request));
  }
  EXPECT_TRUE(eventually([&] { return content(path_) == expected; })) << content(path_);
  EXPECT_EQ(log->dropped(), 0U);
}

TEST_F(AccessLogTest, WritesWhatIsLeftWhenItEnds) {
  {
    const auto log = open(path_);
    log->add(record("GET /last HTTP/1.1"));
  }
  EXPECT_EQ(content(path_), line_of(record("GET /last HTTP/1.1")));
}

TEST_F(AccessLogTest, AppendsToWhatIsThere) {
  std::ofstream(path_) << "older\n";
  {
    open(path_)->add(record("GET / HTTP/1.1"));
  }
  EXPECT_EQ(content(path_), "older\n" + line_of(record("GET / HTTP/1.1")));
}

TEST_F(AccessLogTest, CreatesAFileThatOnlyItsOwnerWritesTo) {
  const mode_t before = ::umask(0);
  open(path_);
  ::umask(before);
  struct ::stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0644U);
}

TEST_F(AccessLogTest, SaysWhyAFileCannotBeOpened) {
  const auto log = AccessLog::open(folder_.file("none/access.log"), hangups_);
  ASSERT_FALSE(log);
  EXPECT_THAT(log.error().one_line(), testing::HasSubstr("none/access.log"));
  EXPECT_THAT(log.error().one_line(), testing::HasSubstr("No such file or directory"));
  EXPECT_FALSE(AccessLog::open(folder_.file(""), hangups_)) << "a folder is no file";
}

TEST_F(AccessLogTest, OpensItsFileAnewAfterAHangup) {
  const auto log = open(path_);
  log->add(record("GET /1 HTTP/1.1"));
  ASSERT_TRUE(eventually([&] { return !content(path_).empty(); }));
  std::filesystem::rename(path_, path_ + ".1");
  ++hangups_;
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(path_); })) << "though nothing is logged";
  log->add(record("GET /2 HTTP/1.1"));
  EXPECT_TRUE(eventually([&] { return content(path_) == line_of(record("GET /2 HTTP/1.1")); }));
  EXPECT_EQ(content(path_ + ".1"), line_of(record("GET /1 HTTP/1.1")));
}

TEST_F(AccessLogTest, KeepsTheOldFileUntilTheNewOneOpens) {
  const std::string folder = folder_.file("logs");
  std::filesystem::create_directory(folder);
  const auto log = open(folder + "/access.log");
  std::filesystem::rename(folder, folder + ".old");
  ++hangups_;
  log->add(record("GET /1 HTTP/1.1"));
  EXPECT_TRUE(eventually([&] { return !content(folder + ".old/access.log").empty(); }));
  std::filesystem::create_directory(folder);
  EXPECT_TRUE(eventually([&] { return std::filesystem::exists(folder + "/access.log"); }));
}

TEST_F(AccessLogTest, NeverWaitsForAPipeThatNobodyEmpties) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  const UniqueFd reader(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  auto log = open(path_);
  const std::size_t taken = fill(*log);
  EXPECT_GT(log->dropped(), 0U);
  EXPECT_LE(taken * kLongestLogLine, (1U << 20) + (64U << 10)) << "1 MiB of its own, and what the pipe holds";
  const test::Stopwatch watch;
  log.reset();
  EXPECT_LT(watch.elapsed(), 1s * test::kSlowdown) << "nor at its end";
}

TEST_F(AccessLogTest, GoesOnWhenAPipeIsEmptiedAgain) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  const UniqueFd reader(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  const auto log = open(path_);
  const std::size_t taken = fill(*log);
  std::string received, block(1 << 16, '\0');
  ASSERT_TRUE(eventually([&] {
    const ssize_t count = ::read(reader.get(), block.data(), block.size());
    if (count > 0) received.append(block.data(), static_cast<std::size_t>(count));
    return received.size() >= taken * (kLongestLogLine - 50) &&
           static_cast<std::size_t>(std::ranges::count(received, '\n')) >= taken;
  }));
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(received, '\n')), taken);
  std::istringstream lines(received);
  for (std::string line; std::getline(lines, line);) ASSERT_EQ(line.size(), received.find('\n'));
}

TEST_F(AccessLogTest, SurvivesAPipeWhoseReaderLeaves) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  UniqueFd reader(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  const auto log = open(path_);
  reader.reset();
  log->add(record("GET /1 HTTP/1.1"));
  std::string received(100, '\0');
  EXPECT_TRUE(eventually([&] {  // the line waits until somebody reads again
    const UniqueFd again(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    return eventually([&] { return ::read(again.get(), received.data(), received.size()) > 0; }, 300ms);
  }));
  EXPECT_THAT(received, testing::StartsWith("127.0.0.1 - - ["));
}

TEST_F(AccessLogTest, KeepsLinesOfSeveralWorkersApartInAPipe) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  const UniqueFd reader(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  std::vector<std::unique_ptr<AccessLog>> logs;
  constexpr std::size_t kEach = 200;
  for (int i = 0; i < 3; ++i) logs.push_back(open(path_));
  for (std::size_t i = 0; i < kEach; ++i) {
    for (std::size_t k = 0; k < logs.size(); ++k) {
      logs[k]->add(record(std::string(100 + i * 7, static_cast<char>('a' + k))));
    }
  }
  std::string received, block(1 << 16, '\0');
  ASSERT_TRUE(eventually([&] {
    const ssize_t count = ::read(reader.get(), block.data(), block.size());
    if (count > 0) received.append(block.data(), static_cast<std::size_t>(count));
    return static_cast<std::size_t>(std::ranges::count(received, '\n')) == kEach * logs.size();
  }));
  std::istringstream lines(received);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find('"') + 1, end = line.rfind('"');
    ASSERT_EQ(line.substr(begin, end - begin).find_first_not_of(line[begin]), std::string::npos) << line;
    ASSERT_THAT(line, testing::EndsWith("\" 200 2326"));
  }
}

TEST_F(AccessLogTest, WritesToStandardErrorForADash) {
  std::ofstream(path_) << "";
  const UniqueFd file(::open(path_.c_str(), O_WRONLY | O_CLOEXEC));
  const UniqueFd terminal(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0));
  ASSERT_EQ(::dup2(file.get(), STDERR_FILENO), STDERR_FILENO);
  {
    const auto log = open("-");
    ++hangups_;
    log->add(record("GET /1 HTTP/1.1"));
  }
  EXPECT_EQ(::write(file.get(), "after\n", 6), 6);
  ASSERT_EQ(::dup2(terminal.get(), STDERR_FILENO), STDERR_FILENO);
  EXPECT_EQ(content(path_), line_of(record("GET /1 HTTP/1.1")) + "after\n") << "at the shared offset";
}

}  // namespace
}  // namespace suite
