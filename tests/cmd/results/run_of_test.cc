#include "cmd/results/run_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/reports/samples.h"

namespace suite::results {
namespace {

TEST(RunOfAResult, HasAllHistogramsOfTheResult) {
  const LoadResult open = test::open_result(), http = test::http_result();
  const LoadRun paced = run_of(test::open_settings().plan, open),
                page = run_of(test::http_settings().plan, http);
  EXPECT_TRUE(histogram_of(*paced.latency) == open.latency);
  EXPECT_TRUE(histogram_of(paced.rate->lag) == open.rate->lag);
  EXPECT_TRUE(histogram_of(*paced.rate->service) == open.rate->service);
  EXPECT_TRUE(histogram_of(*page.http->first_byte) == http.http_times.first_byte);
  EXPECT_TRUE(histogram_of(*page.http->total) == http.http_times.total);
}

TEST(RunOfAResult, HasNoTimesWhereNoneWereTaken) {
  LoadPlan plan = test::open_settings().plan;
  plan.latency = false;
  LoadResult result = test::open_result();
  result.http = test::http_result().http;
  const LoadRun run = run_of(plan, result);
  EXPECT_FALSE(run.latency || run.rate->service || run.http->first_byte || run.http->total);
}

TEST(RunOfAResult, CountsTheStatusesThatCame) {
  const LoadRun run = run_of(test::http_settings().plan, test::http_result());
  EXPECT_THAT(run.http->statuses, testing::ElementsAre(testing::Pair(200, 990), testing::Pair(404, 10)));
  EXPECT_EQ(run.http->non_2xx, 10U);
  EXPECT_FALSE(run_of(test::echo_settings().plan, test::echo_result()).http);
}

}  // namespace
}  // namespace suite::results
