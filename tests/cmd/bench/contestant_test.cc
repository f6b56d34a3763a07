#include "cmd/bench/contestant.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cmd/bench/backend_contestants.h"
#include "servers/registry.h"

namespace suite::bench {
namespace {

using testing::ElementsAre;

std::vector<std::string> arguments(std::vector<std::string> given, const LaunchValues& values) {
  return arguments_with({.arguments = std::move(given)}, values);
}

TEST(LaunchArguments, HaveThePortAndTheRootWhereverTheyAreAskedFor) {
  EXPECT_THAT(arguments({"{port}", "--listen=127.0.0.1:{port}/{root}", "-r", "{root}{root}"},
                        {.port = 80, .root = "/a b"}),
              ElementsAre("80", "--listen=127.0.0.1:80//a b", "-r", "/a b/a b"));
}

TEST(LaunchArguments, StayAsTheyAreOtherwise) {
  EXPECT_THAT(arguments({"", "{", "{port", "{ports}", "{{port}}"}, {.port = 7, .root = {}}),
              ElementsAre("", "{", "{port", "{ports}", "{7}"));
  EXPECT_THAT(arguments({"{root}"}, {.port = 7, .root = "/tmp/{port}"}), ElementsAre("/tmp/{port}"))
      << "what is put in is not looked through";
}

TEST(Contestant, TakesPartInWhatItCanDoAndItsBudgetHolds) {
  const BenchWorkload kept = *find_workload("http-keepalive"), large = *find_workload("http-large");
  Contestant one{.name = "one", .kind = ServerKind::kHttp};
  EXPECT_TRUE(one.takes_part_in(kept) && one.takes_part_in(large));
  EXPECT_FALSE(one.takes_part_in(workloads().front())) << "it is no echo server";
  one.budget.extent = Extent::kWellKnown;
  EXPECT_TRUE(one.takes_part_in(kept));
  EXPECT_FALSE(one.takes_part_in(large));
  one.budget.extent = Extent::kTable;
  EXPECT_FALSE(one.takes_part_in(kept));
  one = {.name = "one", .kind = ServerKind::kHttp, .serves_large_pages = false, .keeps_connections = false};
  EXPECT_FALSE(one.takes_part_in(kept) || one.takes_part_in(large));
  EXPECT_TRUE(one.takes_part_in(*find_workload("http-close")));
}

TEST(BackendContestants, KnowOfABackendWhatItSaysOfItself) {
  for (const Backend& backend : backends()) {
    const std::vector<std::string> name{std::string(backend.name)};
    EXPECT_EQ(echo_contestants(name).front().coroutine_per_connection, backend.coroutine_per_connection);
    const auto http = http_contestants(name);
    EXPECT_EQ(http.size(), backend.compared_by_workers ? 3U : 1U) << backend.name;
    EXPECT_EQ(http.front().stand_in.row, backend.http_stand_in.row);
    EXPECT_EQ(http.front().budget.extent, backend.compared_by_workers ? Extent::kAll : Extent::kTable);
  }
  EXPECT_EQ(backends_compared_by_workers(), "epoll and prefork");
}

}  // namespace
}  // namespace suite::bench
