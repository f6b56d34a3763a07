#include "client/reports/distribution_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>
#include <vector>

namespace suite {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> rows_in(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(DistributionReport, IsEmptyWithoutLatencies) { EXPECT_EQ(distribution_report({}, {}), ""); }

TEST(DistributionReport, HasARowForEachRoundValueUpToTheGreatest) {
  LatencyHistogram latencies;
  latencies.record(30us, 3);
  latencies.record(40us, 90);
  latencies.record(70us, 7);
  EXPECT_EQ(distribution_report(latencies, {.columns = 60}),
            "  distribution  up to   30us    3.0 %  #\n"
            "                        33us      0 %\n"
            "                        36us      0 %\n"
            "                        39us      0 %\n"
            "                        43us   90.0 %  ####################\n"
            "                        47us      0 %\n"
            "                        51us      0 %\n"
            "                        56us      0 %\n"
            "                        62us      0 %\n"
            "                        68us      0 %\n"
            "                        75us    7.0 %  ##\n");
}

TEST(DistributionReport, TakesCoarserStepsForAWiderRange) {
  for (const auto greatest : {31us, 300us, 3'000us, 300'000us, 300'000'000us}) {
    LatencyHistogram latencies;
    latencies.record(30us, 10);
    latencies.record(greatest, 1);
    const auto lines = rows_in(distribution_report(latencies, {}));
    EXPECT_GE(lines.size(), 2U) << greatest.count();
    EXPECT_LE(lines.size(), 14U) << greatest.count();
    EXPECT_THAT(lines.front(), testing::ContainsRegex("up to +(30|33|50|100)us +90.9 %"));
    EXPECT_THAT(lines.back(), testing::ContainsRegex("9.1 %  [#]+$")) << "the greatest is in the last row";
  }
}

TEST(DistributionReport, ShowsOneValueAsOneRow) {
  LatencyHistogram latencies;
  latencies.record(0ns, 5);
  EXPECT_EQ(distribution_report(latencies, {.columns = 50}),
            "  distribution  up to    1ns  100.0 %  ##########\n");
}

TEST(DistributionReport, KeepsShortBarsOnANarrowTerminal) {
  LatencyHistogram latencies;
  latencies.record(1ns);
  EXPECT_EQ(distribution_report(latencies, {.columns = 40}), "  up to    1ns  100.0 %  ##############\n");
}

TEST(DistributionReport, HasRoomForTheLongestLatencyThereCanBe) {
  LatencyHistogram latencies;
  latencies.record(1ns);
  latencies.record(std::chrono::hours(2), 1'000'000);
  const auto lines = rows_in(distribution_report(latencies, {}));
  EXPECT_LE(lines.size(), 14U);
  EXPECT_THAT(lines.front(), testing::HasSubstr("1ns   <0.1 %  #"));
  EXPECT_THAT(lines.back(), testing::HasSubstr("10000s  100.0 %  #"));
}

TEST(DistributionReport, CountsEachLatencyOnce) {
  LatencyHistogram latencies;
  for (int i = 1; i <= 1000; ++i) latencies.record(std::chrono::microseconds(i));
  double sum = 0;
  for (const std::string& line : rows_in(distribution_report(latencies, {.columns = 0}))) {
    const std::size_t end = line.rfind(" %");
    sum += std::stod(line.substr(line.find_last_of(' ', end - 1)));
  }
  EXPECT_NEAR(sum, 100, 0.6);
}

TEST(DistributionReport, FitsTheTerminal) {
  LatencyHistogram latencies;
  for (int i = 1; i <= 1000; ++i) latencies.record(std::chrono::microseconds(i));
  for (const std::size_t columns : {40U, 60U, 80U, 200U}) {
    for (const std::string& line : rows_in(distribution_report(latencies, {.columns = columns}))) {
      EXPECT_LT(line.size(), columns);
    }
  }
}

TEST(DistributionReport, DrawsBlocksWhereTheTerminalHasThem) {
  LatencyHistogram latencies;
  latencies.record(30us, 1000);
  latencies.record(33us, 1);
  const std::string text = distribution_report(latencies, {.columns = 80, .unicode = true});
  EXPECT_THAT(text, testing::HasSubstr("99.9 %  ████████"));
  EXPECT_THAT(text, testing::HasSubstr("0.1 %  ▏\n")) << "what is there is seen";
}

}  // namespace
}  // namespace suite
