// Backends whose workers are processes: a worker that dies is replaced, and its master does not go with it.
#include <thread>

#include "tests/conformance/backend_test.h"
#include "tests/support/process_stats.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::Socket;

class WorkerProcesses : public test::BackendTest {
 protected:
  // Waits until the only worker is another process than `old`, and returns it; -1, which send_signal()
  // refuses, when it takes too long.
  static ::pid_t worker_after(const test::Server& server, ::pid_t old,
                              std::chrono::nanoseconds patience = test::kPatience) {
    ::pid_t found = -1;
    test::eventually(
        [&] {
          const auto workers = test::children_of(server.pid());
          if (workers.size() == 1 && workers[0] != old && test::is_alive(workers[0])) found = workers[0];
          return found != -1;
        },
        patience);
    return found;
  }
  static ::pid_t worker_of(const test::Server& server) { return worker_after(server, -1); }
};
SUITE_FOR_EVERY_PROCESS_BACKEND(WorkerProcesses);

TEST_P(WorkerProcesses, AreReplacedWithinASecondAndTheirQueueSurvives) {
  SUITE_START(server, with({}));
  const ::pid_t worker = worker_of(server);
  test::send_signal(worker, SIGSTOP);
  ASSERT_TRUE(test::eventually([&] { return test::is_stopped(worker); }));
  std::vector<Socket> queued;
  for (int i = 0; i < 20; ++i) {
    queued.emplace_back(server.endpoint());
    ASSERT_TRUE(queued.back().send("still here"));
  }
  const test::Stopwatch watch;
  test::send_signal(worker, SIGKILL);
  for (Socket& socket : queued) ASSERT_EQ(socket.receive(10), "still here");
  EXPECT_LT(watch.elapsed(), 1s * test::kSlowdown);
  EXPECT_NE(worker_of(server), worker);
  queued.clear();
  test::expect_clean_end(server);
  EXPECT_NE(server.child().errors().find("killed by signal 9"), std::string::npos) << server.child().errors();
  EXPECT_NE(server.child().errors().find("1 worker replaced"), std::string::npos) << server.child().errors();
}

TEST_P(WorkerProcesses, LeaveTheOthersAloneWhenOneDies) {
  SUITE_START(server, with({"--workers", "2"}));
  std::vector<Socket> sockets;
  for (int i = 0; i < 40; ++i) {
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(sockets.back().send("x"));
    ASSERT_EQ(sockets.back().receive(1), "x");
  }
  const auto workers = test::children_of(server.pid());
  ASSERT_EQ(workers.size(), 2U);
  test::send_signal(workers[0], SIGKILL);
  int alive = 0;
  for (Socket& socket : sockets) {
    if (socket.send("y") && socket.receive(1) == "y") ++alive;
  }
  EXPECT_GT(alive, 0) << "the other worker's connections";
  EXPECT_LT(alive, 40);
  for (int i = 0; i < 40; ++i)
    ASSERT_TRUE(test::echoes(server.endpoint())) << "both listeners are served again";
}

TEST_P(WorkerProcesses, ThatKeepDyingAreReplacedEverLater) {
  SUITE_START(server, with({}));
  ::pid_t worker = worker_of(server);
  std::vector<std::chrono::nanoseconds> waits;
  for (int death = 0; death < 4; ++death) {
    const test::Stopwatch watch;
    test::send_signal(worker, SIGKILL);
    worker = worker_after(server, worker);
    ASSERT_NE(worker, -1);
    waits.push_back(watch.elapsed());
  }
  EXPECT_LT(waits[0], 1s) << "the first one at once";
  EXPECT_GT(waits[2], 80ms);
  EXPECT_GT(waits[3], waits[1]);
  EXPECT_TRUE(test::echoes(server.endpoint()));
  test::expect_clean_end(server);
}

TEST_P(WorkerProcesses, ThatAreToldToEndAreReplacedAndTheirListenerLivesOn) {
  SUITE_START(server, with({}));
  const ::pid_t worker = worker_of(server);
  test::send_signal(worker, SIGTERM);
  EXPECT_NE(worker_after(server, worker), -1);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(test::echoes(server.endpoint())) << i;
  test::expect_clean_end(server);
}

TEST_P(WorkerProcesses, IgnoreAnInterruptMeantForTheirMaster) {
  SUITE_START(server, with({}));
  const ::pid_t worker = worker_of(server);
  test::send_signal(worker, SIGINT);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(test::echoes(server.endpoint())) << i;
  EXPECT_EQ(worker_of(server), worker);
  test::expect_clean_end(server);
}

TEST_P(WorkerProcesses, EndWithAMasterThatWasKilled) {
  SUITE_START(server, with({"--workers", "2"}));
  const auto workers = test::children_of(server.pid());
  ASSERT_EQ(workers.size(), 2U);
  server.child().signal(SIGKILL);
  for (const ::pid_t worker : workers) {
    EXPECT_TRUE(test::eventually([&] { return !test::is_alive(worker); }));
  }
}

TEST_P(WorkerProcesses, AllEndWhenTheWholeGroupIsAskedTo) {
  SUITE_START(server, with({"--workers", "2"}));
  const auto workers = test::children_of(server.pid());
  server.ask_to_stop();
  for (const ::pid_t worker : workers) test::send_signal(worker, SIGTERM);
  EXPECT_EQ(server.child().wait(), test::exited(0));
  for (const ::pid_t worker : workers) EXPECT_FALSE(test::is_alive(worker));
}

TEST_P(WorkerProcesses, ThatDieInADrainDoNotKeepTheMaster) {
  SUITE_START(server, with({"--drain", "60s"}));
  const ::pid_t worker = worker_of(server);
  Socket deaf(server.endpoint());
  test::send_until_blocked(deaf, test::more_than_sockets_hold());
  server.ask_to_stop();
  ASSERT_TRUE(test::eventually([&] { return !Socket(server.endpoint(), {}, 50ms).connected(); }));
  test::send_signal(worker, SIGKILL);
  EXPECT_EQ(server.child().wait(), test::exited(0));
}

TEST_P(WorkerProcesses, DrainSurvivesPeersThatLeftWhileTheWorkerStoodStill) {
  SUITE_START(server, with({}));
  const ::pid_t worker = worker_of(server);
  std::vector<Socket> sockets;
  for (int i = 0; i < 100; ++i) {
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(sockets.back().send("x"));
    ASSERT_EQ(sockets.back().receive(1), "x");
  }
  // The worker finds the order to stop first and then, in the same turn, that everybody has left.
  test::send_signal(worker, SIGSTOP);
  ASSERT_TRUE(test::eventually([&] { return test::is_stopped(worker); }));
  server.ask_to_stop();
  ASSERT_TRUE(test::eventually([&] { return !test::has_pending(server.pid(), SIGTERM); }));
  sockets.clear();
  test::send_signal(worker, SIGCONT);
  EXPECT_EQ(server.child().wait(), test::exited(0)) << server.child().errors();
  EXPECT_EQ(server.child().errors().find("killed"), std::string::npos) << server.child().errors();
}

}  // namespace
}  // namespace suite
