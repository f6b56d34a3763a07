// `suite load` where things break around it: system calls, the server, the clock, the network. Passing faults
// are no errors, lasting ones are counted by their kind, the counts add up, and the run ends in time.
#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <nlohmann/json.hpp>

#include "tests/conformance/faults.h"
#include "tests/support/network_namespace.h"
#include "tests/support/process_stats.h"
#include "tests/support/server.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using RunDocument = nlohmann::json;

int sum_of_errors(const RunDocument& run) {
  int sum = 0;
  for (const auto& [kind, count] : run["errors"].items()) sum += count.get<int>();
  return sum;
}

// Of connections that could not be opened nothing was sent.
void expect_sums(const RunDocument& run) {
  const int of_sent = sum_of_errors(run) - run["errors"]["connect"].get<int>();
  EXPECT_EQ(run["sent"], run["completed"].get<int>() + of_sent + run["in_flight_at_end"].get<int>())
      << run["errors"];
}

class LoadFaults : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (test::kThreadSanitized) GTEST_SKIP() << "ThreadSanitizer does not start with a library preloaded";
    const std::string backends = test::run_to_end(test::suite_command({"backends"})).output;
    if (driver() == "uring" && backends.find("open an io_uring") != std::string::npos)
      GTEST_SKIP() << "io_uring is forbidden here";
  }
  static std::string driver() { return GetParam(); }

  test::Command load(const std::string& target, const std::vector<std::string>& flags) const {
    test::Command command =
        test::suite_command({"load", target, "-q", "--driver", driver(), "--format", "json"});
    command.arguments.insert(command.arguments.end(), flags.begin(), flags.end());
    return command;
  }

  // An echo of 3,000 requests, under these faults.
  RunDocument suffer(const test::Variables& faults) {
    const test::Server server{test::ServerOptions{}};
    test::Command command = load(server.endpoint().to_string(),
                                 {"-c", "8", "-D", "4", "--size", "3000", "-n", "3000", "-d", "20"});
    command.environment = test::with_faults(faults, folder_.file("faults"));
    const test::Finished finished = test::run_to_end(command, 30s * test::kSlowdown);
    EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
    return RunDocument::parse(finished.output)["runs"][0];
  }
  bool struck(const std::string& call) const { return test::struck(folder_.file("faults"), call + ' '); }

  test::TemporaryFolder folder_;
};
INSTANTIATE_TEST_SUITE_P(, LoadFaults, testing::Values("epoll", "uring"),
                         [](const auto& driver) { return std::string(driver.param); });

TEST_P(LoadFaults, ThatPassAreNoErrors) {
  const RunDocument run = suffer({{"SUITE_FAULTS",
                                   "recv:EINTR:9 recv:EAGAIN:9 recv:short:9 send:EINTR:9 send:EAGAIN:9 "
                                   "send_some:short:9 epoll_wait:EINTR:9"}});
  EXPECT_EQ(run["completed"], 3000);
  EXPECT_EQ(sum_of_errors(run), 0) << run["errors"];
  EXPECT_TRUE(struck("recv") && struck("send"));
}

TEST_P(LoadFaults, ThatLastAreCountedAndTheCountsAddUp) {
  const RunDocument run = suffer({{"SUITE_FAULTS", "recv:ENOMEM:60 send:ENOBUFS:60"}});
  EXPECT_GT(run["errors"]["reset"], 0);
  EXPECT_EQ(run["errors"]["reset"], sum_of_errors(run)) << run["errors"] << ": nothing is waited for in vain";
  EXPECT_EQ(run["completed"].get<int>() + sum_of_errors(run), 3000);
  expect_sums(run);
}

// Times are those of the steady clock; the other one is for dates alone.
TEST_P(LoadFaults, AClockThatIsSteppedChangesNoFigure) {
  const RunDocument run = suffer({{"SUITE_FAULT_CLOCK_STEP", "2"}});
  EXPECT_EQ(run["completed"], 3000);
  EXPECT_EQ(sum_of_errors(run), 0) << run["errors"];
  EXPECT_GT(run["seconds"], 0);
  EXPECT_LT(run["seconds"], 20);
  EXPECT_LT(run["latency_ns"]["max"], 20e9);
}

TEST_P(LoadFaults, AServerThatIsKilledAndStartedAgainIsLoadedAgain) {
  auto first = std::make_unique<test::Server>(test::ServerOptions{});
  const std::string target = first->endpoint().to_string();
  test::Child load_child(load(target, {"-c", "20", "-d", "1h"}));
  const auto works = [](const test::Server& server) {
    return test::eventually([&] { return test::cpu_time(server.pid()) > 100ms; });
  };
  EXPECT_TRUE(works(*first));
  first->child().signal(SIGKILL);
  first->child().wait();
  first.reset();
  const test::Server second(
      test::suite_command({"serve-echo", "--port", target.substr(target.find(':') + 1)}));
  ASSERT_TRUE(second.running());
  EXPECT_TRUE(works(second)) << "it is not loaded";
  load_child.signal(SIGINT);
  ASSERT_EQ(load_child.wait(), test::exited(130)) << load_child.errors();
  const RunDocument run = RunDocument::parse(load_child.output())["runs"][0];
  expect_sums(run);
  EXPECT_GT(run["completed"], 0);
  for (const auto& [kind, count] : run["errors"].items()) {
    const bool named = kind == "reset" || kind == "connect" || kind == "closed_early";
    EXPECT_TRUE(named || count == 0) << kind;
  }
  EXPECT_GT(sum_of_errors(run), 0);
}

// tc-netem(8), in a network of the test's own.
TEST_P(LoadFaults, ANetworkThatLosesAndReordersIsSlowAndNothingElse) {
  std::string missing;
  RunDocument run;
  std::thread([&] {
    missing = test::enter_network_namespace("40000 41000");
    if (!missing.empty()) return;
    const test::Finished shaped =
        test::run_to_end({.arguments = {"/bin/sh", "-c",
                                        "PATH=$PATH:/usr/sbin:/sbin exec tc qdisc add dev lo root netem "
                                        "delay 1ms reorder 80% duplicate 2% loss 1%"}});
    if (shaped.status != test::exited(0)) {
      missing = shaped.errors;
      return;
    }
    const test::Server server{test::ServerOptions{}};
    const test::Finished finished = test::run_to_end(
        load(server.endpoint().to_string(), {"-c", "20", "--size", "1000", "-d", "300ms", "--timeout", "20"}),
        40s * test::kSlowdown);
    EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
    run = RunDocument::parse(finished.output)["runs"][0];
  }).join();
  if (!missing.empty()) GTEST_SKIP() << missing;
  EXPECT_GT(run["completed"], 0);
  EXPECT_EQ(sum_of_errors(run), 0) << run["errors"];
  expect_sums(run);
}

}  // namespace
}  // namespace suite
