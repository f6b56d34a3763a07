// Runs of the load generator on each driver that moves real bytes.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "client/drivers/make_driver.h"
#include "client/load_run.h"
#include "tests/client/drivers/on_sockets.h"
#include "tests/support/patience.h"
#include "tests/support/scripted_server.h"

namespace suite::test {

/// Runs the plan and checks what holds for every run, whatever the server does.
inline LoadResult run_and_check(const LoadPlan& plan) {
  const auto interrupt = EventFd::open();
  auto result = run_load(plan, *interrupt);
  EXPECT_TRUE(result) << result.error().one_line();
  const LoadCounts& counts = result->counts;
  // Of an open loop: what was shed is a timeout that was never sent, and what is drained has a latency too.
  const RateResult rate = result->rate.value_or(RateResult());
  EXPECT_EQ(counts.sent, counts.completed + counts.errors.of_sent() - rate.shed + counts.in_flight_at_end);
  EXPECT_EQ(result->latency.count(), counts.completed + rate.drained + counts.errors[ErrorKind::kTimeout]);
  EXPECT_EQ(result->driver, name_of(plan.driver));
  if (plan.requests && !result->interrupted && !result->gave_up && !plan.duration) {
    EXPECT_EQ(counts.completed + counts.errors.total(), *plan.requests);
  }
  return std::move(*result);
}

/// Its tests say what they run on with GetParam(), or with a parameter that holds a DriverKind.
template <class Param>
class OnDrivers : public testing::TestWithParam<Param> {
 protected:
  void SetUp() override {
    if (const auto usable = check_driver(driver()); !usable) GTEST_SKIP() << usable.error().one_line();
  }
  DriverKind driver() const {
    if constexpr (std::is_same_v<Param, DriverKind>)
      return this->GetParam();
    else
      return this->GetParam().driver;
  }

  /// An echo of 64 bytes on 4 connections, for 100 ms.
  LoadPlan plan_for(const ScriptedServer& server) const {
    return {.target = server.endpoint(),
            .connections = 4,
            .duration = std::chrono::milliseconds(100),
            .timeout = std::chrono::seconds(2) * kSlowdown,
            .protocol = EchoPlan{.payload = {.text = {}, .size = 64}},
            .driver = driver()};
  }
};

/// A parameter that runs on each driver of sockets.
template <class Case>
struct OnDriver {
  DriverKind driver;
  Case what;
};
template <class Case>
std::vector<OnDriver<Case>> on_each_driver(const std::vector<Case>& cases) {
  std::vector<OnDriver<Case>> all;
  for (const DriverKind driver : {DriverKind::kEpoll, DriverKind::kUring}) {
    for (const Case& each : cases) all.push_back({driver, each});
  }
  return all;
}
template <class Case>
std::string case_name(const testing::TestParamInfo<OnDriver<Case>>& info) {
  return std::string(name_of(info.param.driver)) + "_" + info.param.what.name;
}

}  // namespace suite::test
