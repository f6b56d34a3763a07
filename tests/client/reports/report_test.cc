#include "client/reports/report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace suite {
namespace {

using namespace std::chrono_literals;

LoadSettings settings() {
  LoadPlan plan{.target = resolve("127.0.0.1", 3900)->front(), .connections = 7, .threads = 2, .depth = 3};
  plan.duration = 1500ms;
  plan.payload = {.text = {}, .size = 64};
  return {.plan = plan, .target = "localhost:3900", .payload = "--size 64"};
}

LoadResult result() {
  LoadResult result{.connections_asked = 7, .connections_opened = 7, .threads = 2, .driver = "epoll"};
  result.counts = {.completed = 1000, .sent = 1010, .in_flight_at_end = 5, .reopened = 1};
  result.counts.errors[ErrorKind::kReset] = 3;
  result.counts.errors[ErrorKind::kTimeout] = 2;
  for (int i = 1; i <= 1000; ++i) result.latency.record(std::chrono::microseconds(i));
  result.measured = 1500ms;
  result.client_cpu = 20ms;
  return result;
}

TEST(LineReport, IsTheDocumentedLine) {
  EXPECT_EQ(line_report(result()), "Throughput: 666.67 [reqests/sec], errors: 5");
  EXPECT_EQ(line_report(LoadResult{}), "Throughput: 0.00 [reqests/sec], errors: 0");
}

TEST(JsonReport, HoldsEveryFigureOfARun) {
  const auto json = json_report(settings(), local_environment(), std::vector{result()});
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["config"]["target"], "localhost:3900");
  EXPECT_EQ(json["config"]["address"], "127.0.0.1:3900");
  EXPECT_EQ(json["config"]["secs"], 1.5);
  EXPECT_TRUE(json["config"]["requests"].is_null());
  const auto& run = json["runs"][0];
  EXPECT_EQ(run["completed"], 1000);
  EXPECT_EQ(run["errors"]["reset"], 3);
  EXPECT_EQ(run["errors"]["timeout"], 2);
  EXPECT_EQ(run["seconds"], 1.5);
  EXPECT_NEAR(run["rps"].get<double>(), 666.67, 0.01);
  EXPECT_EQ(run["latency_ns"]["max"], 1'000'000);
  EXPECT_NEAR(run["latency_ns"]["p50"].get<double>(), 500'000, 500);
  EXPECT_TRUE(run["connect_ns"]["p50"].is_null());
  EXPECT_EQ(run["client_cpu_seconds"], 0.02);
  EXPECT_TRUE(run["server_cpu_seconds"].is_null());
  EXPECT_EQ(run["connections"]["reopened"], 1);
}

TEST(JsonReport, LosesNothingOfAHistogram) {
  const LoadResult before = result();
  const auto json = json_report(settings(), {}, std::vector{before})["runs"][0]["latency_ns"];
  LatencyHistogram::Contents contents{.buckets = {},
                                      .min = json["min"],
                                      .max = json["max"],
                                      .sum = json["histogram"]["sum"],
                                      .clamped = json["histogram"]["clamped"]};
  for (const auto& bucket : json["histogram"]["buckets"]) {
    contents.buckets.push_back({.lowest = bucket[0], .count = bucket[1]});
  }
  EXPECT_EQ(LatencyHistogram::from(contents), before.latency);
}

TEST(SettingsReport, NamesEverySetting) {
  const std::string text = settings_report(settings());
  for (const char* part : {"127.0.0.1:3900", "--conns 7", "--threads 2", "--depth 3", "--size 64",
                           "--secs 1500ms", "--verify full", "--warmup 0s", "--timeout 5s",
                           "--connect-burst 256", "--seed 1", "--driver auto", "--runs 1"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
  }
}

TEST(SummaryReport, SaysWhatWasMeasured) {
  LoadResult all = result();
  all.server_cpu = 30ms;
  all.warnings = {"mind the gap"};
  const std::string text = summary_report(all);
  for (const char* part :
       {"1,000 completed in 1.50s", "5 in flight", "p99 ", "errors        5: reset 3 timeout 2",
        "client 20.0us", "server 30.0us", "warning: mind the gap"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
  }
  EXPECT_FALSE(summary_report(LoadResult{}).empty());
}

}  // namespace
}  // namespace suite
