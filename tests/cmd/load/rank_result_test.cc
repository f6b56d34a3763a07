#include "cmd/load/rank_result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "client/reports/report.h"
#include "cmd/results/load_run_json.h"
#include "cmd/results/run_of.h"
#include "tests/client/reports/samples.h"

namespace suite {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

std::optional<RankResult> sent(const LoadSettings& settings, const LoadResult& result,
                               const AgreedStart& start = {}) {
  return rank_result_of(rank_result_text(settings.plan, result, start));
}

results::Json json_of(const LoadSettings& settings, const LoadResult& result) {
  return run_json(results::run_of(settings.plan, result), results::HistogramForm::kBuckets);
}

// What takes the way to rank 0 arrives as it was: the document of one rank alone is that of one machine.
TEST(RankResult, ArrivesAsItWasSent) {
  for (const auto& [settings, result] : {std::pair(test::echo_settings(), test::echo_result()),
                                         {test::open_settings(), test::open_result()},
                                         {test::http_settings(), test::http_result()}}) {
    const std::vector<std::optional<RankResult>> found{sent(settings, result)};
    LoadResult sum = sum_of_ranks(found, std::vector<std::string>{"a"});
    sum.ranks.clear();
    sum.idle_share = result.idle_share;
    auto expected = json_of(settings, result), got = json_of(settings, sum);
    expected.erase("limit");
    got.erase("limit");
    EXPECT_EQ(got.dump(), expected.dump());
  }
}

TEST(RankResult, IsNothingWhereverItIsCut) {
  const std::string text = rank_result_text(test::open_settings().plan, test::open_result(), {});
  for (std::size_t length = 0; length < text.size(); length += 7)
    EXPECT_FALSE(rank_result_of(text.substr(0, length)));
}

// The samples of one load, as one process recorded them and as 1, 2 and 4 ranks did.
TEST(RankResult, AddsUpToTheTotalsAndPercentilesOfOneProcess) {
  const LoadSettings settings = test::open_settings();
  LoadResult whole = test::open_result();
  whole.latency.clear();
  for (int i = 1; i <= 40'000; ++i) whole.latency.record(i * i % 9973 * 1us);
  for (const std::size_t ranks : {1U, 2U, 4U}) {
    std::vector<LoadResult> parts(ranks);
    for (LoadResult& part : parts) {
      part.rate.emplace();
      part.driver = "epoll";
    }
    for (int i = 1; i <= 40'000; ++i) {
      LoadResult& part = parts[static_cast<std::size_t>(i) % ranks];
      part.latency.record(i * i % 9973 * 1us);
      ++part.counts.completed;
      ++part.counts.sent;
    }
    std::vector<std::optional<RankResult>> found;
    for (const LoadResult& part : parts) found.push_back(sent(settings, part));
    const LoadResult sum = sum_of_ranks(found, std::vector<std::string>(ranks, "a"));
    EXPECT_EQ(sum.latency.buckets(), whole.latency.buckets());
    EXPECT_EQ(sum.latency.sum(), whole.latency.sum());
    EXPECT_EQ(sum.latency.percentile(0.999), whole.latency.percentile(0.999));
    EXPECT_EQ(sum.counts.completed, 40'000U);
    EXPECT_EQ(sum.ranks.size(), ranks);
  }
}

// ab's report needs what no document has.
TEST(RankResult, KeepsWhatReportsAreMadeOf) {
  LoadResult result = test::http_result();
  result.http->server = "nginx";
  result.http->first_length = 127;
  result.http_times.connect.record(50us);
  result.remark = "a remark";
  result.last_connect_error = "Connection refused";
  result.last_connect_errno = ECONNREFUSED;
  const std::vector<std::optional<RankResult>> found{sent(test::http_settings(), result),
                                                     sent(test::http_settings(), result)};
  const LoadResult sum = sum_of_ranks(found, std::vector<std::string>{"a", "b"});
  EXPECT_EQ(sum.http->server, "nginx");
  EXPECT_EQ(sum.http->first_length, 127U);
  EXPECT_EQ(sum.http->statuses[200], 2 * result.http->statuses[200]);
  EXPECT_EQ(sum.http_times.connect.count(), 2 * result.http_times.connect.count());
  EXPECT_EQ(sum.remark, "a remark");
  EXPECT_EQ(sum.last_connect_errno, ECONNREFUSED);
  EXPECT_THAT(ab_report(test::http_settings(), sum), HasSubstr("Server Software:        nginx\n"));
}

TEST(RankResult, SaysWhoWarnsAndWhoBeganLate) {
  LoadResult calm = test::echo_result(), warned = calm;
  calm.warnings = {"all say this"};
  warned.warnings = {"all say this", "one says this"};
  const std::vector<std::optional<RankResult>> found{
      sent(test::echo_settings(), calm), std::nullopt,
      sent(test::echo_settings(), warned, {.at = {}, .offset = {.value = -5s, .bound = 20us}, .late = 3ms})};
  const LoadResult sum = sum_of_ranks(found, std::vector<std::string>{"a", "b", "c"});
  EXPECT_THAT(sum.warnings,
              ElementsAre("all say this", "rank 2 on c: one says this",
                          "rank 2 on c began 3.00ms after the others: what it measured is of another time"));
  ASSERT_EQ(sum.ranks.size(), 2U);
  EXPECT_EQ(sum.ranks[1].rank, 2U);
  EXPECT_EQ(sum.ranks[1].host, "c");
  EXPECT_EQ(sum.ranks[1].clock_offset, -5s);
  EXPECT_EQ(sum.ranks[1].clock_bound, 20us);
  EXPECT_EQ(sum.ranks[1].late, 3ms);
  EXPECT_EQ(sum.ranks[1].completed, 1000U);
}

}  // namespace
}  // namespace suite
