// What is particular to the loops of libraries that could wait in several ways, and read in several sizes.
#include <filesystem>
#include <fstream>

#include "servers/registry.h"
#include "tests/conformance/backend_test.h"
#include "tests/support/process_stats.h"

namespace suite {
namespace {

namespace fs = std::filesystem;
using test::Socket;

#define SUITE_SKIP_UNLESS_BUILT(name) \
  if (!find_backend(name)) GTEST_SKIP() << find_backend(name).error().one_line()

/// Whether a thread of the process holds an epoll descriptor.
bool holds_epoll(::pid_t pid) {
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  for (const fs::directory_entry& task : fs::directory_iterator(tasks)) {
    for (const fs::directory_entry& fd : fs::directory_iterator(task.path() / "fd")) {
      std::error_code gone;
      if (fs::read_symlink(fd.path(), gone) == "anon_inode:[eventpoll]") return true;
    }
  }
  return false;
}

/// How many calls of read(2) and its kin the process has made (not recv(2)).
std::size_t read_calls(::pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/io");
  std::string name;
  std::size_t count = 0;
  while (file >> name >> count && name != "syscr:") continue;
  return count;
}

struct LibraryCase {
  std::string backend;
  std::pair<std::string, std::string>
      variable;  // by which the library would let itself be talked out of epoll
};

class EventLibrary : public testing::TestWithParam<LibraryCase> {};
INSTANTIATE_TEST_SUITE_P(Known, EventLibrary,
                         testing::Values(LibraryCase{"libev", {"LIBEV_FLAGS", "2"}},
                                         LibraryCase{"libevent", {"EVENT_NOEPOLL", "1"}}),
                         [](const auto& each) { return each.param.backend; });

TEST_P(EventLibrary, WaitsWithEpollWhateverTheEnvironmentSays) {
  SUITE_SKIP_UNLESS_BUILT(GetParam().backend);
  SUITE_START(server,
              (test::ServerOptions{.backend = GetParam().backend, .environment = {GetParam().variable}}));
  EXPECT_TRUE(test::echoes(server.endpoint()));
  EXPECT_TRUE(holds_epoll(server.pid())) << "it does not wait with what its model names";
  test::expect_clean_end(server);
}

TEST_P(EventLibrary, NamesEpollInItsModel) {
  SUITE_SKIP_UNLESS_BUILT(GetParam().backend);
  EXPECT_NE((*find_backend(GetParam().backend))->model.find("epoll"), std::string_view::npos);
}

// libev exports functions of libevent's names: where the linker prefers them, nothing is what it seems.
TEST_P(EventLibrary, IsTheOneThatItSaysItIs) {
  SUITE_SKIP_UNLESS_BUILT(GetParam().backend);
  const std::string expected = GetParam().backend == "libev" ? "libev 4." : "libevent 2.";
  EXPECT_TRUE((*find_backend(GetParam().backend))->library.starts_with(expected))
      << (*find_backend(GetParam().backend))->library;
}

TEST(Libevent, ReadsALargeMessageInFewCalls) {
  SUITE_SKIP_UNLESS_BUILT("libevent");
  constexpr std::size_t kSize = 64 << 10;
  SUITE_START(server, (test::ServerOptions{.backend = "libevent"}));
  Socket socket(server.endpoint());
  ASSERT_TRUE(socket.send("x"));
  ASSERT_EQ(socket.receive(1), "x");
  server.freeze();
  const std::string message = test::noise(kSize);
  const std::size_t arrived = socket.send_some(message);
  ASSERT_GE(arrived, kSize / 2) << "too little to see a difference";
  const std::size_t before = read_calls(server.pid());
  server.thaw();
  ASSERT_TRUE(socket.receive(arrived) == message.substr(0, arrived));
  EXPECT_LE(read_calls(server.pid()) - before, arrived / 4096 / 2) << "4 KiB at a time, as libevent 2.1 does";
  test::expect_clean_end(server);
}

}  // namespace
}  // namespace suite
