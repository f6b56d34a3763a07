// Load that is interrupted, in any phase.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/client/load_run_fixture.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::receive;
using test::ScriptedServer;
using test::send_all;

class LoadRunInterrupt : public test::OnDrivers<DriverKind> {};
INSTANTIATE_TEST_SUITE_P(, LoadRunInterrupt, test::drivers_of_sockets(), test::driver_name);

TEST_P(LoadRunInterrupt, EndsWithWhatItHasWhenInterrupted) {
  const auto interrupt = EventFd::open();
  std::atomic<int> requests = 0;
  const ScriptedServer server([&](int fd, int) {
    for (std::string bytes = receive(fd); !bytes.empty(); bytes = receive(fd)) {
      send_all(fd, bytes);
      if (++requests == 500) interrupt->set();
    }
  });
  LoadPlan plan = plan_for(server);
  plan.duration = 1h;
  const auto result = run_load(plan, *interrupt);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->interrupted);
  EXPECT_GT(result->counts.completed, 100U);
  EXPECT_GT(result->measured, 0ns);
}

TEST_P(LoadRunInterrupt, IsInterruptedBeforeAnythingIsMeasured) {
  const ScriptedServer server(test::echo);
  const auto interrupt = EventFd::open();
  interrupt->set();
  LoadPlan plan = plan_for(server);
  plan.duration = 1h;
  plan.warmup = 1h;
  const auto result = run_load(plan, *interrupt);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->interrupted);
  EXPECT_EQ(result->counts.completed, 0U);
  EXPECT_EQ(result->measured, 0ns);
}

TEST_P(LoadRunInterrupt, IsInterruptedWhileItConnects) {
  // Nobody accepts: the queue takes a few connections, the others hang until they are interrupted.
  const auto listener = Listener::open(resolve("127.0.0.1", 0)->front(), {.backlog = 1});
  const auto interrupt = EventFd::open();
  LoadPlan plan{
      .target = listener->endpoint(), .connections = 20, .duration = 1h, .timeout = 1h, .driver = driver()};
  plan.protocol = EchoPlan{.payload = {.text = {}, .size = 8}};
  std::jthread later([&] { interrupt->set(); });
  const auto result = run_load(plan, *interrupt);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->interrupted);
}

}  // namespace
}  // namespace suite
