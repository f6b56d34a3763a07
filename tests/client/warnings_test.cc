#include "client/warnings.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;

// A second of 1,000 requests that leaves nothing to say.
LoadResult fine() {
  LoadResult result{.connections_asked = 4, .connections_opened = 4, .threads = 2};
  result.counts.completed = 1000;
  result.latency.record(1us, 1000);
  result.measured = 1s;
  result.client_cpu = 1s;
  result.server_cpu = 500ms;
  return result;
}

std::string only_warning(const LoadResult& result) {
  const auto warnings = warnings_for(LoadPlan{}, result);
  return warnings.size() == 1 ? warnings.front() : std::to_string(warnings.size()) + " warnings";
}

TEST(Warnings, AreNoneWhereNothingLimits) { EXPECT_TRUE(warnings_for(LoadPlan{}, fine()).empty()); }

TEST(Warnings, SayWhenTheClientIsTheLimit) {
  LoadResult result = fine();
  result.client_cpu = 1950ms;  // of two threads
  EXPECT_TRUE(only_warning(result).starts_with("client-bound"));
  result.server_cpu = 950ms;
  EXPECT_TRUE(warnings_for(LoadPlan{}, result).empty());
  result.server_cpu.reset();
  EXPECT_TRUE(warnings_for(LoadPlan{}, result).empty());
}

TEST(Warnings, SayHowManyConnectionsStood) {
  LoadResult result = fine();
  result.connections_opened = 3;
  result.last_connect_error = "Connection refused";
  EXPECT_EQ(only_warning(result), "connected 3 of 4 (Connection refused)");
}

TEST(Warnings, SayThatSamplesAreTooFew) {
  LoadResult result = fine();
  result.latency.clear();
  result.latency.record(1us, 99);
  EXPECT_TRUE(only_warning(result).starts_with("only 99 samples"));
}

TEST(Warnings, SayThatTheRunGaveUp) {
  LoadResult result = fine();
  result.gave_up = true;
  EXPECT_TRUE(only_warning(result).starts_with("stopped before all requests were made"));
}

}  // namespace
}  // namespace suite
