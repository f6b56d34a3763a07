#include "cmd/limits/limits_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <nlohmann/json.hpp>

namespace suite::limits {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

results::MachineLimits quiet_machine() {
  return {.connections = 100,
          .rounds = 6,
          .length = std::chrono::milliseconds(60),
          .cpus = RoundPlan::Cpus{.server = 0, .client = 1},
          .figures = {{.figure = Figure::kEcho,
                       .per_second = {99'000, 100'000, 100'000, 100'000, 100'000, 101'000},
                       .server_cpu_ns = {3210, 3210, 3210, 3210, 3210, 3210},
                       .client_cpu_ns = {3400, 3400, 3400, 3400, 3400, 3400}},
                      {.figure = Figure::kWakeUp,
                       .per_second = {50'000, 50'000, 50'000, 50'000, 50'000, 50'000},
                       .server_cpu_ns = {9000, 9000, 9000, 9000, 9000, 9000},
                       .client_cpu_ns = {9000, 9000, 9000, 9000, 9000, 9000}},
                      {.figure = Figure::kCopy,
                       .per_second = {10'000, 10'000, 10'000, 10'000, 10'000, 10'000},
                       .client_cpu_ns = {95'000, 95'000, 95'000, 95'000, 95'000, 95'000}}}};
}

TEST(LimitsText, IsATableOfEightyColumnsAndWhatItMeans) {
  const std::string text = limits_text(quiet_machine(), {});
  EXPECT_THAT(text,
              HasSubstr("                      per second  95 % interval            server CPU client CPU\n"
                        "echo, 1 in flight        100,000  99,000 to 101,000           3.21us     3.40us\n"
                        "wake-up and back          50,000  50,000 to 50,000            9.00us     9.00us\n"
                        "memory copy             8.89 GiB  8.89 GiB to 8.89 GiB             -     95.0us\n"));
  EXPECT_THAT(text, HasSubstr("10.0us after it is"));
  EXPECT_THAT(text, testing::Not(HasSubstr("Warning")));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST(LimitsWarnings, AreNoneOnAQuietMachine) {
  EXPECT_THAT(limits_warnings(quiet_machine(), std::nullopt), IsEmpty());
  EXPECT_THAT(limits_warnings(quiet_machine(), 2.0), IsEmpty());
}

TEST(LimitsWarnings, NameTheFigureThatScattersMost) {
  results::MachineLimits disturbed = quiet_machine();
  disturbed.figures[1].per_second = {20'000, 50'000, 50'000, 50'000, 50'000, 60'000};
  EXPECT_THAT(limits_warnings(disturbed, std::nullopt),
              ElementsAre("the rounds of 1 of 3 figures scatter by more than 10 % (wake-up: 40 %): something "
                          "else uses this machine; stop it and run again"));
}

TEST(LimitsWarnings, SayThatServerAndClientHaveOneProcessor) {
  results::MachineLimits shared = quiet_machine();
  shared.cpus = std::nullopt;
  EXPECT_THAT(limits_warnings(shared, 1.0), ElementsAre(HasSubstr("share one processor")));
  EXPECT_THAT(limits_text(shared, {}), HasSubstr("not\npinned"));
  EXPECT_THAT(limits_warnings(quiet_machine(), 1.5), ElementsAre(HasSubstr("1.5 processors (cpu.max)")));
}

TEST(LimitsJson, IsOneLineThatReadsBackAsWhatWasMeasured) {
  const std::string text = limits_json(quiet_machine(), {.release = "6.1", .suite = "9.9"}, {"careful"});
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  const auto document = results::Json::parse(text);
  EXPECT_EQ(document["schema"], 1);
  EXPECT_EQ(document["suite"], "9.9");
  EXPECT_EQ(document["kind"], "limits");
  EXPECT_EQ(document["environment"]["release"], "6.1");
  EXPECT_EQ(document["warnings"][0], "careful");
  const auto& echo = document["limits"]["figures"][0];
  EXPECT_EQ(echo["name"], "echo-d1");
  EXPECT_EQ(echo["per_second"]["median"], 100'000);
  EXPECT_EQ(echo["per_second"]["low"], 99'000);
  EXPECT_EQ(echo["per_second"]["high"], 101'000);
  EXPECT_TRUE(document["limits"]["figures"][2]["server_cpu_ns"].is_null());
  EXPECT_EQ(document["limits"]["figures"][2]["bytes"], kLargeBytes);

  results::Complaint complaint;
  const auto read = results::machine_limits_from(results::Fields(document["limits"], "limits", complaint));
  EXPECT_EQ(complaint, "");
  EXPECT_EQ(read.figures, quiet_machine().figures);
  EXPECT_EQ(results::machine_limits_json(read), document["limits"]);
}

TEST(LimitsJson, OfALaterVersionIsReadWithoutTheFiguresThatAreNotKnown) {
  auto later = results::Json::parse(results::machine_limits_json(quiet_machine()).dump());
  later["figures"][1]["name"] = "teleport";
  results::Complaint complaint;
  const auto read = results::machine_limits_from(results::Fields(later, "limits", complaint));
  EXPECT_EQ(complaint, "");
  EXPECT_EQ(read.figures.size(), 2U);
  EXPECT_EQ(read.find(Figure::kWakeUp), nullptr);
}

}  // namespace
}  // namespace suite::limits
