#include "cmd/load/load_settings_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/client/reports/samples.h"

namespace suite {
namespace {

using test::echo_settings;
using test::open_settings;
using testing::HasSubstr;
using testing::Not;

TEST(SettingsReport, NamesEverySetting) {
  const std::string text = settings_report(echo_settings());
  for (const char* part : {"127.0.0.1:3900", "--conns 7", "--threads 2", "--depth 3", "--size 64",
                           "--secs 1500ms", "--verify full", "--warmup 0s", "--timeout 5s",
                           "--connect-burst 256", "--seed 1", "--driver auto", "--runs 1"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(SettingsReport, NamesWhatIsNotAsUsualAndOnlyThat) {
  LoadSettings settings = open_settings();
  const LoadPlan usual = echo_settings().plan;
  LoadPlan& plan = settings.plan;
  plan.latency = false;
  plan.busy_poll = plan.pin = true;
  plan.sockets = {
      .send_buffer = 4096, .receive_buffer = 8192, .nodelay = false, .close = SocketPlan::Close::kReset};
  const std::string text = settings_report(settings);
  for (const char* part : {" --rate 667.5", " --arrivals poisson", " --latency off", " --busy-poll", " --pin",
                           " --sndbuf 4096", " --rcvbuf 8192", " --no-nodelay", " --close rst"}) {
    EXPECT_THAT(text, HasSubstr(part));
    EXPECT_THAT(settings_report(echo_settings()), Not(HasSubstr(std::string(part).substr(0, 6))));
  }
  plan.rate = {.per_second = 20'000, .arrivals = RatePlan::Arrivals::kConstant};
  EXPECT_THAT(settings_report(settings), HasSubstr(" --rate 20000 --arrivals constant"));
}

TEST(SettingsReport, IsOneCommandInLinesOfTerminalWidth) {
  LoadSettings gated = echo_settings();
  gated.gates = {{*parse_condition("p99>5ms")}, {*parse_condition("errors<1%"), Demand::kMustHold}};
  EXPECT_EQ(settings_report(gated),
            "suite load 127.0.0.1:3900 --conns 7 --secs 1500ms --threads 2 --depth 3 --size 64 --verify full "
            "--seed 1 \\\n"
            "  --warmup 0s --runs 1 --timeout 5s --connect-burst 256 --driver auto --fail-if 'p99>5ms' "
            "--require 'errors<1%'\n");
}

TEST(SettingsReport, NamesTheSeedWhereItMatters) {
  LoadSettings settings = echo_settings();
  EXPECT_THAT(settings_report(settings), HasSubstr(" --seed 1"));
  settings.plan.protocol = EchoPlan{.payload = {.text = "x", .size = 1}};
  EXPECT_THAT(settings_report(settings), Not(HasSubstr("--seed")));
}

}  // namespace
}  // namespace suite
