#include "common/limits/rounds.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "common/limits/window.h"

namespace suite::limits {
namespace {

using std::chrono::milliseconds;

Probe counting_probe(Figure figure, std::string& order, char letter) {
  return {.figure = figure, .measure = [&order, letter]() -> std::expected<Sample, Error> {
            order += letter;
            return Sample{.operations = 500,
                          .elapsed = milliseconds(250),
                          .server_cpu = milliseconds(1),
                          .client_cpu = milliseconds(2)};
          }};
}

TEST(FiguresOfLimits, HaveNamesThatAreFoundAgain) {
  std::set<std::string_view> names;
  for (const FigureTraits& traits : figures()) {
    EXPECT_TRUE(names.insert(traits.name).second) << traits.name;
    EXPECT_EQ(find_figure(traits.name), traits.figure);
    EXPECT_EQ(traits_of(traits.figure).name, traits.name);
    EXPECT_LE(traits.title.size(), 20U) << "the table's first column";
  }
  EXPECT_EQ(find_figure("echo"), std::nullopt);
}

TEST(RoundsOfLimits, TakeTurnsAndComeOutPerSecondAndPerOperation) {
  std::string order;
  const std::vector<Probe> probes{counting_probe(Figure::kEcho, order, 'e'),
                                  counting_probe(Figure::kHttp, order, 'h')};
  const auto figures = measure_in_turn(probes, 3, [] { return true; });
  ASSERT_TRUE(figures);
  EXPECT_EQ(order, "eheheh");
  ASSERT_EQ(figures->size(), 2U);
  EXPECT_EQ((*figures)[1].figure, Figure::kHttp);
  EXPECT_EQ((*figures)[1].per_second, std::vector<double>(3, 2000));
  EXPECT_EQ((*figures)[1].server_cpu_ns, std::vector<double>(3, 2000));
  EXPECT_EQ((*figures)[1].client_cpu_ns, std::vector<double>(3, 4000));
}

TEST(RoundsOfLimits, EndAtOnceWhenTheyAreNotToGoOn) {
  std::string order;
  const std::vector<Probe> probes{counting_probe(Figure::kEcho, order, 'e'),
                                  counting_probe(Figure::kHttp, order, 'h')};
  const auto figures = measure_in_turn(probes, 3, [&] { return order.size() < 3; });
  ASSERT_TRUE(figures);
  EXPECT_EQ(order, "ehe");
  EXPECT_EQ((*figures)[1].per_second.size(), 1U);
}

TEST(RoundsOfLimits, FailWithTheFirstProbeThatFailsOrDoesNothing) {
  const Probe broken{.figure = Figure::kBulk, .measure = []() -> std::expected<Sample, Error> {
                       return std::unexpected(Error{.what = "w", .why = "y", .advice = {}});
                     }};
  const auto failed = measure_in_turn(std::span(&broken, 1), 1, [] { return true; });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().one_line(), "cannot w: y");
  const Probe idle{.figure = Figure::kBulk, .measure = []() -> std::expected<Sample, Error> {
                     return Sample{.elapsed = milliseconds(1)};
                   }};
  const auto nothing = measure_in_turn(std::span(&idle, 1), 1, [] { return true; });
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().what, "measure bulk");
}

TEST(EstimatesOfLimits, AreMedianAndIntervalOfNineRounds) {
  EXPECT_EQ(estimate_of({}), std::nullopt);
  const auto estimate = estimate_of({90, 10, 80, 20, 70, 30, 60, 40, 50});
  ASSERT_TRUE(estimate && estimate->interval);
  EXPECT_EQ(estimate->median, 50);
  EXPECT_EQ(estimate->interval->low, 20);  // the second and the eighth of nine: 96 %
  EXPECT_EQ(estimate->interval->high, 80);
  EXPECT_DOUBLE_EQ(estimate->scatter(), 0.6);
  EXPECT_EQ(estimate_of({1, 2, 3, 4, 5})->interval, std::nullopt);
}

TEST(MarksOfLimits, DifferByWhatWasDoneBetweenThem) {
  const auto start = std::chrono::steady_clock::now();
  const Mark begin{
      .time = start, .operations = 100, .server_cpu = milliseconds(1), .client_cpu = milliseconds(5)};
  const Mark end{.time = start + milliseconds(60),
                 .operations = 700,
                 .server_cpu = milliseconds(31),
                 .client_cpu = milliseconds(45)};
  const Sample sample = between(begin, end, true);
  EXPECT_EQ(sample.operations, 600U);
  EXPECT_EQ(sample.elapsed, milliseconds(60));
  EXPECT_EQ(sample.server_cpu, milliseconds(30));
  EXPECT_EQ(sample.client_cpu, milliseconds(40));
  EXPECT_EQ(between(begin, end, false).server_cpu, std::nullopt);
}

}  // namespace
}  // namespace suite::limits
