// suite limits, as a user runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/support/child.h"
#include "tests/support/patience.h"
#include "tests/support/process_stats.h"

namespace suite {
namespace {

using testing::HasSubstr;

// Under ten seconds where nothing else runs.
constexpr std::chrono::seconds kLongEnough{30 * test::kSlowdown};

TEST(Limits, PrintsATableAndWhatItMeans) {
  const test::Finished finished = test::run_to_end(test::suite_command({"limits"}), kLongEnough);
  ASSERT_EQ(finished.status, test::exited(0)) << finished.errors;
  EXPECT_EQ(finished.errors, "");
  for (const char* figure : {"echo, 1 in flight", "echo, 16 in flight", "HTTP, 1 in flight",
                             "HTTP, 16 in flight", "HTTP, new connection", "bulk from memory",
                             "wake-up and back", "memory copy", "suite load itself", "This is the least"}) {
    EXPECT_THAT(finished.output, HasSubstr(figure));
  }
}

TEST(Limits, PrintsADocumentWithEveryFigureInReasonableTime) {
  const test::Finished finished = test::run_to_end(test::suite_command({"limits", "--json"}), kLongEnough);
  ASSERT_EQ(finished.status, test::exited(0)) << finished.errors;
  const auto document = nlohmann::json::parse(finished.output);
  EXPECT_EQ(document.at("schema"), 1);
  EXPECT_EQ(document.at("kind"), "limits");
  EXPECT_GT(document.at("environment").at("usable_cpus"), 0);
  const auto& figures = document.at("limits").at("figures");
  EXPECT_EQ(figures.size(), 10U);
  for (const auto& figure : figures) {
    SCOPED_TRACE(figure.at("name"));
    for (const char* name : {"per_second", "server_cpu_ns", "client_cpu_ns"}) {
      const auto& estimate = figure.at(name);
      if (estimate.is_null()) continue;
      EXPECT_EQ(estimate.at("rounds").size(), 9U);
      EXPECT_GT(estimate.at("low"), 0);
      EXPECT_LE(estimate.at("low"), estimate.at("median"));
      EXPECT_LE(estimate.at("median"), estimate.at("high"));
    }
    EXPECT_FALSE(figure.at("per_second").is_null());
    EXPECT_FALSE(figure.at("client_cpu_ns").is_null());
  }
}

TEST(Limits, RefusesWhatIsNoFlag) {
  for (const char* flag : {"--jsn", "--json=1", "-x", "word"}) {
    const test::Finished finished = test::run_to_end(test::suite_command({"limits", flag}));
    EXPECT_EQ(finished.status, test::exited(2)) << flag;
    EXPECT_EQ(finished.output, "");
    EXPECT_EQ(std::ranges::count(finished.errors, '\n'), 1) << finished.errors;
  }
}

TEST(Limits, SaysInALineThatThereAreTooFewDescriptors) {
  test::Command command = test::suite_command({"limits"});
  command.descriptor_limit = 64;
  const test::Finished finished = test::run_to_end(command);
  EXPECT_EQ(finished.status, test::exited(1));
  EXPECT_EQ(finished.output, "");
  EXPECT_THAT(finished.errors, HasSubstr("suite limits: cannot open 100 connections: "));
  EXPECT_EQ(std::ranges::count(finished.errors, '\n'), 1);
}

TEST(Limits, EndsAtOnceWhenInterrupted) {
  test::Child child(test::suite_command({"limits"}));
  ASSERT_TRUE(test::eventually([&] { return test::thread_count(child.pid()) > 1; })) << "it measures";
  child.signal(SIGINT);
  EXPECT_EQ(child.wait(std::chrono::seconds(3) * test::kSlowdown), test::exited(130));
  EXPECT_EQ(child.output(), "");
  EXPECT_EQ(child.errors(), "suite limits: interrupted before all was measured\n");
}

}  // namespace
}  // namespace suite
