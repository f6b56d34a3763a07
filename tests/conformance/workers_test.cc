// Several workers: how work is spread, pinned, and counted.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "common/process/affinity.h"
#include "tests/conformance/backend_test.h"
#include "tests/support/process_stats.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::Socket;

class Workers : public test::BackendTest {
 protected:
  // Which processors the server's threads may use, as the kernel writes it: one entry per thread.
  static std::multiset<std::string> allowed_processors(::pid_t pid) {
    std::multiset<std::string> lists;
    for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
      std::ifstream status(task.path() / "status");
      for (std::string line; std::getline(status, line);) {
        if (line.starts_with("Cpus_allowed_list:")) lists.insert(line.substr(line.find('\t') + 1));
      }
    }
    for (const ::pid_t child : test::children_of(pid)) lists.merge(allowed_processors(child));
    return lists;
  }
  // The numbers of connections in the totals of each worker.
  static std::vector<int> connections_per_worker(const std::string& errors) {
    std::vector<int> counts;
    std::istringstream lines(errors);
    for (std::string line; std::getline(lines, line);) {
      int worker = 0, connections = 0;
      if (std::sscanf(line.c_str(), " worker %d: %d connections", &worker, &connections) == 2) {
        counts.push_back(connections);
      }
    }
    return counts;
  }
};
SUITE_FOR_EVERY_BACKEND_AND_TLS(Workers);

TEST_P(Workers, ShareTheConnectionsAndAreCountedApart) {
  if (is_pool()) GTEST_SKIP() << "a pool is one worker; see pool_test.cc";
  SUITE_START(server, with({"--workers", "2"}));
  EXPECT_TRUE(server.ready_line().ends_with("(" + backend() + ", 2 workers)")) << server.ready_line();
  std::vector<Socket> sockets;
  for (unsigned i = 0; i < 100; ++i) {
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(sockets.back().send(test::noise(1000, i)));
  }
  for (unsigned i = 0; i < 100; ++i) ASSERT_TRUE(sockets[i].receive(1000) == test::noise(1000, i)) << i;
  sockets.clear();
  test::expect_clean_end(server);
  EXPECT_TRUE(server.totals().starts_with("served 100 connections")) << server.totals();
  const std::vector<int> counts = connections_per_worker(server.child().errors());
  ASSERT_EQ(counts.size(), 2U) << server.child().errors();
  EXPECT_EQ(counts[0] + counts[1], 100);
  EXPECT_TRUE(counts[0] > 0 && counts[1] > 0) << "the kernel spreads a hundred connections over both";
}

TEST_P(Workers, AnswerEveryByteOfADrain) {
  if (over_tls()) GTEST_SKIP() << "a server that is frozen shakes no hands";
  SUITE_START(server, with({"--workers", "2"}));
  server.freeze();
  std::vector<Socket> sockets;
  for (unsigned i = 0; i < 100; ++i) {
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(sockets.back().send(test::noise(1000, i)));
  }
  server.ask_to_stop();
  server.thaw();
  for (unsigned i = 0; i < 100; ++i) {
    EXPECT_TRUE(sockets[i].receive_rest() == test::noise(1000, i)) << i;
    EXPECT_EQ(sockets[i].end(), test::End::kFinished) << i;
    sockets[i].close();
  }
  EXPECT_EQ(server.child().wait(), test::exited(0));
}

TEST_P(Workers, RunOnProcessorsOfTheirOwnWhenPinned) {
  const std::vector<int> cpus = usable_cpus();
  if (cpus.size() < 2) GTEST_SKIP() << "this machine has one usable processor";
  SUITE_START(server, with({"--workers", "2", "--pin"}));
  const auto lists = allowed_processors(server.pid());
  EXPECT_EQ(lists.count(std::to_string(cpus[0])), 1U);
  EXPECT_EQ(lists.count(std::to_string(cpus[1])), 1U);
  EXPECT_TRUE(test::echoes(server.endpoint()));
}

TEST_P(Workers, AreFreeToMoveWhenNotPinned) {
  if (usable_cpus().size() < 2) GTEST_SKIP() << "this machine has one usable processor";
  SUITE_START(server, with({"--workers", "2"}));
  const auto lists = allowed_processors(server.pid());
  EXPECT_EQ(lists.count(*lists.begin()), lists.size()) << "all have the same choice";
}

TEST_P(Workers, SpinWhenToldToAndServeAllTheSame) {
  if (!description().can_spin) GTEST_SKIP() << "it says so: see SayThatTheyCannotSpin";
  SUITE_START(server, with({"--busy-poll"}));
  const auto before = test::cpu_time(server.pid());
  EXPECT_TRUE(test::eventually([&] { return test::cpu_time(server.pid()) - before > 200ms; }))
      << "a busy loop uses the processor while nothing happens";
  Socket socket(server.endpoint());
  const std::string payload = test::noise(1 << 20);
  EXPECT_TRUE(socket.exchange(payload) == payload);
  socket.close();
  test::expect_clean_end(server);
}

TEST_P(Workers, SayThatTheyCannotSpin) {
  if (description().can_spin) GTEST_SKIP() << "it can";
  const test::Finished finished = test::run_to_end(test::serve_command(with({"--busy-poll"})));
  EXPECT_EQ(finished.status, test::exited(2));
  EXPECT_EQ(std::ranges::count(finished.errors, '\n'), 1) << finished.errors;
  EXPECT_NE(finished.errors.find("--busy-poll: the threads of backend '" + backend() + "'"),
            std::string::npos)
      << finished.errors;
}

TEST_P(Workers, OnePerUsableProcessorOnRequest) {
  SUITE_START(server, with({"--workers", "auto"}));
  const std::string count = std::to_string(usable_cpus().size());
  EXPECT_NE(server.ready_line().find(", " + count + (is_pool() ? " thread" : " worker")), std::string::npos)
      << server.ready_line();
}

}  // namespace
}  // namespace suite
