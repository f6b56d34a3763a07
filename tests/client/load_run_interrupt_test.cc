// Load that is interrupted, in any phase.
#include <gtest/gtest.h>

#include <stdexcept>

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

// A watcher that throws: the load threads are not left waiting for whoever watches them.
class FailingWatcher : public LoadWatcher {
 public:
  enum class When { kStart, kSecond };
  explicit FailingWatcher(When when) : when_(when) {}
  void on_start(std::chrono::nanoseconds) override {
    if (when_ == When::kStart) throw std::runtime_error("the watcher broke");
  }
  void on_second(const SeriesPoint&, std::chrono::nanoseconds) override {
    ++seconds;
    if (when_ == When::kSecond) throw std::runtime_error("the watcher broke");
  }
  int seconds = 0;

 private:
  When when_;
};

TEST(LoadRunThatFails, EndsWithWhatWasMeasuredWhenItsWatcherThrows) {
  const test::ScriptedServer server(test::echo);
  for (const auto when : {FailingWatcher::When::kStart, FailingWatcher::When::kSecond}) {
    FailingWatcher watcher(when);
    const auto interrupt = EventFd::open();
    const auto result = run_load({.target = server.endpoint(),
                                  .connections = 4,
                                  .threads = 2,
                                  .duration = std::chrono::minutes(1),
                                  .protocol = EchoPlan{.payload = {.text = {}, .size = 64}}},
                                 *interrupt, &watcher);
    ASSERT_TRUE(result) << result.error().one_line();
    ASSERT_TRUE(result->failure);
    EXPECT_EQ(result->failure->one_line(), "cannot watch the load: the watcher broke");
    EXPECT_TRUE(result->interrupted);
    EXPECT_EQ(watcher.seconds, when == FailingWatcher::When::kSecond ? 1 : 0) << "it is not asked again";
    EXPECT_LT(result->measured, std::chrono::seconds(30));
    EXPECT_GE(result->counts.completed, when == FailingWatcher::When::kSecond ? 1U : 0U);
  }
}

}  // namespace
}  // namespace suite
