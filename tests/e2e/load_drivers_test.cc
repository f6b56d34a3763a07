// `suite load` on each of its drivers, and the flags that say how they drive sockets: each test of a flag
// fails when it is ignored.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sched.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "common/process/affinity.h"
#include "tests/e2e/load.h"
#include "tests/support/child.h"
#include "tests/support/patience.h"
#include "tests/support/scripted_server.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using test::exited;
using test::Finished;
using test::load;
using test::ScriptedServer;
using testing::HasSubstr;

// The document of a run that goes well.
Json load_json(std::vector<std::string> flags) {
  flags.insert(flags.end(), {"-q", "--format", "json"});
  const Finished finished = load(std::move(flags));
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_EQ(finished.errors, "");
  return Json::parse(finished.output);
}

bool uring_is_forbidden() {
  return test::run_to_end(test::suite_command({"backends"})).output.find("open an io_uring") !=
         std::string::npos;
}

// --- Drivers --------------------------------------------------------------------------------------------

class LoadDriver : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (driver() == "uring" && uring_is_forbidden()) GTEST_SKIP() << "io_uring is forbidden here";
  }
  static std::string driver() { return GetParam(); }
};
INSTANTIATE_TEST_SUITE_P(, LoadDriver, testing::Values("epoll", "uring"),
                         [](const auto& driver) { return std::string(driver.param); });

TEST_P(LoadDriver, IsNamedInTheResult) {
  const ScriptedServer server(test::echo);
  const Json document = load_json({server.endpoint().to_string(), "--driver", driver(), "-n", "50"});
  EXPECT_EQ(document["config"]["driver"], driver());
  EXPECT_EQ(document["runs"][0]["driver"], driver());
  EXPECT_EQ(document["runs"][0]["completed"], 50);
}

TEST_P(LoadDriver, BusyPollSpinsWhereNothingHappens) {
  const ScriptedServer server([](int fd, int) { test::receive(fd), test::receive(fd); });
  const auto cpu_seconds = [&](std::vector<std::string> flags) {
    flags.insert(flags.end(), {server.endpoint().to_string(), "-c", "1", "-d", "200ms", "-q", "--driver",
                               driver(), "--format", "json"});
    const Finished finished = load(std::move(flags));
    EXPECT_EQ(finished.status, exited(1)) << "nothing is answered";
    return Json::parse(finished.output)["runs"][0]["client_cpu_seconds"].get<double>();
  };
  const double sleeping = cpu_seconds({});
  const double spinning = cpu_seconds({"--busy-poll"});
  EXPECT_GT(spinning, 10 * sleeping);
  EXPECT_GT(spinning, 0.01);  // of 0.2 s, where others want the cores too
}

TEST_P(LoadDriver, PinPutsEachThreadOnOneCore) {
  const ScriptedServer server(test::echo);
  const auto pinned_threads = [&](std::vector<std::string> flags) {
    flags.insert(flags.begin(), {SUITE_PROGRAM, "load", server.endpoint().to_string(), "-c", "4", "-t", "2",
                                 "-d", "1h", "-q", "--driver", driver()});
    const int before = server.accepted();
    test::Child child({.arguments = std::move(flags)});
    EXPECT_TRUE(test::eventually([&] { return server.accepted() == before + 5; }));
    int count = 0;
    for (const auto& task :
         std::filesystem::directory_iterator("/proc/" + std::to_string(child.pid()) + "/task")) {
      cpu_set_t set;
      const ::pid_t thread = std::stoi(task.path().filename());
      if (::sched_getaffinity(thread, sizeof set, &set) == 0) count += CPU_COUNT(&set) == 1;
    }
    child.signal(SIGTERM);
    EXPECT_EQ(child.wait(), exited(143));
    return count;
  };
  if (usable_cpus().size() < 2) GTEST_SKIP() << "there is one core: every thread is on it";
  EXPECT_EQ(pinned_threads({}), 0);
  EXPECT_EQ(pinned_threads({"--pin"}), 2);
}

TEST_P(LoadDriver, CloseRstResetsWhereTheClientCloses) {
  std::atomic<int> resets = 0, ends = 0;
  const ScriptedServer server([&](int fd, int) {
    std::string bytes(64, '\0');
    ssize_t count = 0;
    while ((count = ::recv(fd, bytes.data(), bytes.size(), 0)) > 0) {
      test::send_all(fd, std::string_view(bytes).substr(0, static_cast<std::size_t>(count)));
    }
    ++(count < 0 && errno == ECONNRESET ? resets : ends);
  });
  const std::vector<std::string> flags{
      server.endpoint().to_string(), "-c", "1", "-n", "20", "-e", "5", "--driver", driver()};
  const auto with = [&](const char* how) {
    std::vector<std::string> all = flags;
    all.insert(all.end(), {"--close", how});
    load_json(all);
  };
  with("fin");
  EXPECT_TRUE(test::eventually([&] { return ends == 5; }));  // one of them looked for a listener
  EXPECT_EQ(resets, 0);
  with("rst");
  EXPECT_TRUE(test::eventually([&] { return resets == 4; }));
  EXPECT_EQ(ends, 6);
}

TEST_P(LoadDriver, SaysWhatTheKernelMadeOfABufferSize) {
  const ScriptedServer server(test::echo);
  const auto errors_with = [&](std::vector<std::string> flags) {
    flags.insert(flags.end(), {server.endpoint().to_string(), "-n", "200", "--driver", driver()});
    return load(std::move(flags)).errors;
  };
  EXPECT_THAT(errors_with({"--sndbuf", "1G"}), HasSubstr("--sndbuf 1073741824: the kernel gives "));
  EXPECT_THAT(errors_with({"--rcvbuf", "1G"}), HasSubstr("(sysctl net.core.rmem_max)"));
  EXPECT_THAT(errors_with({"--rcvbuf", "1"}), HasSubstr("--rcvbuf 1: the kernel gives "));
  EXPECT_THAT(errors_with({"--sndbuf", "16k", "--rcvbuf", "16k"}),
              testing::Not(HasSubstr("the kernel gives")));
}

TEST_P(LoadDriver, HoldsAsManyConnectionsAsDescriptorsAllowAndReopensThem) {
  const ScriptedServer server(test::echo);
  const Finished finished =
      test::run_to_end({.arguments = {SUITE_PROGRAM, "load", server.endpoint().to_string(), "-c", "48", "-n",
                                      "2000", "-e", "3", "-q", "--driver", driver()},
                        .descriptor_limit = 64});
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_THAT(finished.output, HasSubstr("errors: 0\n"));
}

// --- auto -----------------------------------------------------------------------------------------------

TEST(LoadDrivers, AutoTakesOneThatIsNamedInTheResult) {
  const ScriptedServer server(test::echo);
  const Json document = load_json({server.endpoint().to_string(), "-n", "5"});
  EXPECT_EQ(document["config"]["driver"], "auto");
  EXPECT_THAT(document["runs"][0]["driver"], testing::AnyOf("epoll", "uring"));
}

// --- null -----------------------------------------------------------------------------------------------

TEST(LoadDrivers, NullNeedsNobodyToListen) {
  for (const char* target :
       {"127.0.0.1:1", "nowhere.invalid:80", "http://nowhere.invalid/x", "unix:/nowhere"}) {
    const Finished finished = load({target, "--driver", "null", "-n", "10000", "-c", "10"});
    EXPECT_EQ(finished.status, exited(0)) << finished.errors;
    EXPECT_THAT(finished.output, HasSubstr("errors: 0\n"));
    EXPECT_THAT(finished.errors, HasSubstr("--driver null"));
  }
  const Json document = load_json({"--driver", "null", "-n", "100"});
  EXPECT_EQ(document["runs"][0]["driver"], "null");
  EXPECT_TRUE(document["config"]["address"].is_null());
}

TEST(LoadDrivers, NullHoldsMoreConnectionsThanThereArePortsOrDescriptors) {
  EXPECT_EQ(load_json({"--driver", "null", "-c", "100k", "-n", "200k"})["runs"][0]["completed"], 200'000);
}

}  // namespace
}  // namespace suite
