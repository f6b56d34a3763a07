#include "client/judgement/busyness.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;

LoadResult two_threads() {
  LoadResult result{.threads = 2};
  result.measured = 2s;
  result.client_cpu = 3s;
  result.thread_use = {{.cpu = 1050ms}, {.cpu = 1950ms}};
  result.server_cpu = 500ms;
  return result;
}

TEST(Busyness, IsCpuTimePerTimeOfTheWindow) {
  const auto busy = busyness_of({}, two_threads());
  ASSERT_TRUE(busy);
  EXPECT_DOUBLE_EQ(busy->client, 1.5);
  EXPECT_DOUBLE_EQ(busy->busiest, 0.975);
  EXPECT_EQ(busy->busiest_number, 2U);
  EXPECT_DOUBLE_EQ(*busy->server, 0.25);
  EXPECT_FALSE(busy->client_at_limit());
  EXPECT_TRUE(busy->a_thread_at_limit());
  EXPECT_TRUE(busy->server_has_room());
  EXPECT_FALSE(busy->nobody_busy());
}

TEST(Busyness, IsNotKnownWhereCpuTimeTellsNothing) {
  EXPECT_FALSE(busyness_of({.busy_poll = true}, two_threads()));
  EXPECT_FALSE(busyness_of({.driver = DriverKind::kNull}, two_threads()));
  LoadResult result = two_threads();
  result.measured = 49ms;
  EXPECT_FALSE(busyness_of({}, result));
}

TEST(Busyness, OfAnUnknownServerIsNeitherRoomNorIdleness) {
  LoadResult result = two_threads();
  result.server_cpu.reset();
  result.client_cpu = 10ms;
  const auto busy = busyness_of({}, result);
  EXPECT_FALSE(busy->server_has_room());
  EXPECT_FALSE(busy->nobody_busy());
}

TEST(Limit, IsTheClientsWhereItHasNoTimeLeftAndTheServerHas) {
  LoadResult result = two_threads();
  result.client_cpus = {0, 1};
  result.server_cpus = {2};
  EXPECT_EQ(limit_of({}, result), Limit::kClient);
  result.server_cpu = 1900ms;
  EXPECT_EQ(limit_of({}, result), Limit::kNotSeen);
  result.server_cpu.reset();
  EXPECT_EQ(limit_of({}, result), Limit::kNotSeen) << "nobody knows";
}

TEST(Limit, IsTheCoresThatBothUseWhereTheseAreFull) {
  LoadResult result = two_threads();
  result.client_cpus = result.server_cpus = {0, 1};
  result.server_cpu = 900ms;
  EXPECT_EQ(limit_of({}, result), Limit::kSharedCores);
}

TEST(SharedCores, AreTheSameOnesForBothAndNothingElse) {
  LoadResult result{.client_cpus = {3}, .server_cpus = {3}};
  EXPECT_EQ(shared_cores({}, result), 1U);
  EXPECT_EQ(shared_cores({.driver = DriverKind::kNull}, result), 0U);
  result.server_cpus = {2};
  EXPECT_EQ(shared_cores({}, result), 0U);
  result.server_cpus = {2, 3};
  EXPECT_EQ(shared_cores({}, result), 0U);
  result.client_cpus = {2, 3};
  EXPECT_EQ(shared_cores({}, result), 2U);
}

TEST(SharedCores, OfAnUnknownServerAreSupposedOnThisMachineOnly) {
  const LoadResult result{.client_cpus = {0, 1}};
  LoadPlan plan{.target = resolve("127.0.0.1", 1)->front()};
  EXPECT_EQ(shared_cores(plan, result), 2U);
  plan.target = resolve("192.0.2.1", 1)->front();
  EXPECT_EQ(shared_cores(plan, result), 0U);
  plan.target = Endpoint::unix_socket("/x");
  EXPECT_EQ(shared_cores(plan, result), 2U);
  plan.pin = true;  // threads have one core each by their own choice
  EXPECT_EQ(shared_cores(plan, result), 0U);
}

TEST(SharedCores, AreFullByTheTimeOfBothTogetherOrByTheirIdleTime) {
  LoadResult result = two_threads();  // 1.5 cores of two by the client
  result.client_cpus = result.server_cpus = {0, 1};
  EXPECT_FALSE(shared_cores_full({}, result));
  result.server_cpu = 700ms;  // 0.35 more
  EXPECT_TRUE(shared_cores_full({}, result));
  result.server_cpu = 500ms;
  result.idle_share = 0.05;  // the kernel works for both
  EXPECT_TRUE(shared_cores_full({}, result));
  result.client_cpu = 500ms;
  EXPECT_FALSE(shared_cores_full({}, result)) << "others took them";
  result.client_cpu = 3s;
  result.server_cpus = {1};
  EXPECT_FALSE(shared_cores_full({}, result));
}

}  // namespace
}  // namespace suite
