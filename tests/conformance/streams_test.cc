// What becomes of a server whose standard error, or whose access log, takes nothing: it serves, and ends as
// it should.
#include <gmock/gmock.h>

#include <fcntl.h>

#include "tests/conformance/backend_test.h"
#include "tests/conformance/http_test.h"
#include "tests/support/broken_stream.h"
#include "tests/support/process_stats.h"

namespace suite {
namespace {

using test::Broken;
using test::BrokenStream;
using test::Child;
using testing::HasSubstr;

// The ready line is lost, so the address is one that is known before.
class BrokenStreams : public test::BackendTest {
 protected:
  test::Command serving(std::vector<std::string> flags = {}) const {
    return test::serve_command(
        {.backend = backend(), .host = "unix:" + folder_.file("socket"), .flags = std::move(flags)});
  }
  Endpoint endpoint() const { return resolve("unix:" + folder_.file("socket"), 0)->front(); }
  bool serves() const {
    return test::eventually([this] { return test::echoes(endpoint()); });
  }
  static void expect_end(Child& child, int code = 0) {
    child.signal(SIGTERM);
    EXPECT_EQ(child.wait().value_or(test::ExitStatus{}), test::exited(code));
  }

  test::TemporaryFolder folder_;
};
SUITE_FOR_EVERY_BACKEND(BrokenStreams);

TEST_P(BrokenStreams, AServerServesWhateverItsStandardErrorIs) {
  for (const Broken how : test::kAllBroken) {
    SCOPED_TRACE(test::name_of(how));
    const BrokenStream stream(how);
    test::Command command = serving();
    command.streams[2] = stream.fd();
    Child child(command);
    EXPECT_TRUE(serves());
    expect_end(child);
  }
}

// Whatever a server opens first would be its descriptor 0, 1 or 2: what it prints would go into a listener.
TEST_P(BrokenStreams, AServerServesWithoutAnyOfTheThree) {
  test::Command command = serving();
  command.streams.fill(test::kNoStream);
  Child child(command);
  EXPECT_TRUE(serves());
  for (const int fd : {0, 1, 2}) {
    EXPECT_EQ(
        std::filesystem::read_symlink("/proc/" + std::to_string(child.pid()) + "/fd/" + std::to_string(fd)),
        "/dev/null");
  }
  expect_end(child);
}

TEST_P(BrokenStreams, AServerWhoseStandardErrorBreaksLaterEndsAsItShould) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  UniqueFd reading(ends[0]), writing(ends[1]);
  test::Command command = serving();
  command.streams[2] = writing.get();
  Child child(command);
  writing.reset();
  ASSERT_TRUE(serves());
  reading.reset();
  expect_end(child);
}

class BrokenStreamsOfProcesses : public BrokenStreams {};
SUITE_FOR_EVERY_PROCESS_BACKEND(BrokenStreamsOfProcesses);

TEST_P(BrokenStreamsOfProcesses, AWorkerThatDiesIsReplacedThoughNobodyCanBeTold) {
  for (const Broken how : test::kAllBroken) {
    SCOPED_TRACE(test::name_of(how));
    const BrokenStream stream(how);
    test::Command command = serving();
    command.streams[2] = stream.fd();
    Child child(command);
    ASSERT_TRUE(serves());
    const ::pid_t worker = test::children_of(child.pid()).at(0);
    test::send_signal(worker, SIGKILL);
    EXPECT_TRUE(test::eventually([&] {
      const auto workers = test::children_of(child.pid());
      return workers.size() == 1 && workers[0] != worker;
    }));
    EXPECT_TRUE(serves());
    expect_end(child);
  }
}

class BrokenLog : public test::HttpTest {
 protected:
  std::size_t told(const std::string& what) {
    const std::string& text = server().child().errors();
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
    return count;
  }
};
SUITE_FOR_EVERY_BACKEND(BrokenLog);

TEST_P(BrokenLog, AFullDiskIsToldOnceAndWhatItCostIsCounted) {
  serve({"--access-log", "/dev/full", "--workers", "2"});
  for (int i = 0; i < 8; ++i) EXPECT_EQ(get("/a.txt").status, 200);
  ASSERT_TRUE(server().child().wait_for_line("access log '/dev/full': cannot be written"));
  for (int i = 0; i < 8; ++i) EXPECT_EQ(get("/a.txt").status, 200);
  test::expect_clean_end(server());
  EXPECT_EQ(told("access log '/dev/full': cannot be written: No space left on device; lines that it does not "
                 "take are lost, and counted\n"),
            1U)
      << server().child().errors();
  EXPECT_THAT(server().totals(), HasSubstr(", 16 log lines lost"));
}

TEST_P(BrokenLog, AFileThatCannotBeOpenedAnewIsToldOnceForEachHangup) {
  const std::string folder = folder_.file("logs"), log = folder + "/access.log";
  std::filesystem::create_directory(folder);
  serve({"--access-log", log, "--workers", "2"});
  std::filesystem::rename(folder, folder + ".old");
  const std::string expected = "access log '" + log + "': cannot be reopened: No such file or directory";
  server().child().signal(SIGHUP);
  ASSERT_TRUE(server().child().wait_for_line(expected));
  EXPECT_EQ(get("/a.txt").status, 200);
  test::expect_clean_end(server());
  EXPECT_EQ(told(expected), 1U) << server().child().errors();
}

TEST_P(BrokenLog, ALogOnABrokenStandardErrorKeepsNobodyFromServing) {
  for (const Broken how : test::kAllBroken) {
    SCOPED_TRACE(test::name_of(how));
    const BrokenStream stream(how);
    const std::string socket = "unix:" + folder_.file("socket");
    test::Command command = test::serve_command({.verb = "serve-http",
                                                 .backend = backend(),
                                                 .host = socket,
                                                 .flags = {"--root", root_, "--access-log", "-"}});
    command.streams[2] = stream.fd();
    Child child(command);
    const Endpoint endpoint = resolve(socket, 0)->front();
    EXPECT_TRUE(test::eventually([&] { return test::Socket(endpoint).connected(); }));
    EXPECT_EQ(test::HttpClient(endpoint).get("/a.txt").status, 200);
    child.signal(SIGTERM);
    EXPECT_EQ(child.wait().value_or(test::ExitStatus{}), test::exited(0));
  }
}

}  // namespace
}  // namespace suite
