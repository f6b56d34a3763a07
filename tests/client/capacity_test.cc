#include "client/capacity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace suite {
namespace {

constexpr Capacity kMachine{.descriptors = 1006, .table_per_thread = true, .ports = 3000};

LoadPlan plan(std::size_t connections, std::size_t threads) {
  return {.connections = connections, .threads = threads};
}

TEST(CheckCapacity, TakesWhatFits) {
  EXPECT_TRUE(check_capacity(plan(1000, 1), {}, kMachine));
  EXPECT_TRUE(check_capacity(plan(3000, 3), {}, kMachine));
}

TEST(CheckCapacity, NamesTheThreadsThatWouldDo) {
  const auto checked = check_capacity(plan(2001, 1), {}, kMachine);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().advice, "give --threads 3");
}

// What is refused for want of descriptors fits with what is advised, whatever the limit; or nothing is.
TEST(CheckCapacity, GivesNoAdviceThatIsRefusedInItsTurn) {
  for (std::size_t limit = 0; limit < 40; ++limit) {
    const Capacity capacity{.descriptors = limit, .table_per_thread = true, .ports = 3000};
    for (const std::size_t connections : {1U, 16U, 2000U}) {
      const auto checked = check_capacity(plan(connections, 1), {}, capacity);
      if (checked) continue;
      const std::string& advice = checked.error().advice;
      constexpr std::string_view kThreads = "give --threads ";
      if (!advice.starts_with(kThreads)) {
        EXPECT_TRUE(advice.starts_with("no number of --threads helps: raise the limit, ulimit -n "));
        continue;
      }
      const std::size_t threads = std::stoul(advice.substr(kThreads.size()));
      EXPECT_LE(threads, std::min<std::size_t>(connections, 1024)) << "--threads takes no more";
      EXPECT_TRUE(check_capacity(plan(connections, threads), {}, capacity)) << limit << ": " << advice;
    }
  }
}

TEST(CheckCapacity, KnowsThatSharedTablesDoNotGrowWithThreads) {
  Capacity shared = kMachine;
  shared.table_per_thread = false;
  const auto checked = check_capacity(plan(2000, 2), {}, shared);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().advice, "give --conns 987 or less");
}

TEST(CheckCapacity, KnowsThePortsOfOneSourceAddress) {
  const auto checked = check_capacity(plan(3001, 4), {}, kMachine);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().advice, "give --source-ip with 2 local addresses, as in 127.0.0.2,127.0.0.3,...");
  LoadPlan from_two = plan(3001, 4);
  from_two.sources.resize(2);
  EXPECT_TRUE(check_capacity(from_two, {}, kMachine));
  EXPECT_TRUE(check_capacity(plan(3001, 4), {.host = "unix:/x"}, kMachine));
}

TEST(CheckCapacity, RefusesMoreInFlightThanMemoryIsFor) {
  LoadPlan deep = plan(1000, 1);
  deep.depth = 1'000'000;
  EXPECT_FALSE(check_capacity(deep, {}, kMachine));
}

TEST(LocalCapacity, FindsSomething) {
  EXPECT_GT(local_capacity().descriptors, 64U);
  EXPECT_GT(local_capacity().ports, 1U);
}

TEST(LeastSpread, GrowsWithTheConnections) {
  EXPECT_EQ(least_spread(1, kMachine).value(), (Spread{.threads = 1, .sources = 1}));
  EXPECT_EQ(least_spread(1500, kMachine).value(), (Spread{.threads = 2, .sources = 1}));
  EXPECT_EQ(least_spread(1501, kMachine).value().sources, 2U) << "half of the ports";
  EXPECT_EQ(least_spread(65'536, kMachine).value(), (Spread{.threads = 67, .sources = 44}));
}

TEST(LeastSpread, FitsWhateverDriverMovesTheBytes) {
  for (const std::size_t connections : {1U, 990U, 991U, 5000U, 65'536U}) {
    const Spread spread = least_spread(connections, kMachine).value();
    for (const DriverKind driver : {DriverKind::kEpoll, DriverKind::kUring}) {
      LoadPlan fits = plan(connections, spread.threads);
      fits.driver = driver;
      fits.sources.resize(spread.sources);
      EXPECT_TRUE(check_capacity(fits, {}, kMachine)) << connections;
    }
  }
}

TEST(LeastSpread, SaysWhatWouldHaveToChange) {
  Capacity tight = kMachine;
  tight.descriptors = 20;
  EXPECT_EQ(least_spread(100'000, tight).error().advice,
            "no number of --threads helps: raise the limit, ulimit -n 100016");
}

}  // namespace
}  // namespace suite
