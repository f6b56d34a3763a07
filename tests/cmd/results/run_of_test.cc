#include "cmd/results/run_of.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cmd/results/json_report.h"
#include "cmd/results/load_run_json.h"
#include "tests/client/reports/samples.h"

namespace suite::results {
namespace {

// Of the other writer, from the result itself.
std::string reported(const LoadSettings& settings, const LoadResult& result) {
  return json_report(settings, {}, std::vector{result})["runs"][0].dump();
}

TEST(RunOfAResult, IsWrittenAsTheResultIs) {
  LoadSettings untimed_http = test::http_settings(), untimed_open = test::open_settings();
  untimed_http.plan.latency = untimed_open.plan.latency = false;
  const std::vector<std::pair<LoadSettings, LoadResult>> kinds{
      {test::echo_settings(), test::echo_result()}, {test::echo_settings(), LoadResult{}},
      {test::http_settings(), test::http_result()}, {untimed_http, test::http_result()},
      {test::open_settings(), test::open_result()}, {untimed_open, test::open_result()}};
  for (const auto& [settings, result] : kinds) {
    EXPECT_EQ(run_json(run_of(settings.plan, result)).dump(), reported(settings, result));
  }
}

}  // namespace
}  // namespace suite::results
