#include "cmd/load/rank_roll.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include "cmd/cli/exit_code.h"
#include "cmd/load/load_options.h"

namespace suite {
namespace {

using testing::HasSubstr;

LoadSettings settings_of(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--driver", "null"});
  const auto options = parse_load_options(arguments);
  EXPECT_TRUE(options) << options.error().text;
  return options->settings;
}

RankRoll roll_on(const std::string& host, std::vector<std::string> arguments) {
  RankRoll roll = rank_roll(settings_of(std::move(arguments)));
  roll.host = host;
  return roll;
}

TEST(RankRoll, IsReadAsItWasWritten) {
  const RankRoll roll = roll_on("a", {"-c", "7", "-m", "\xff text"});
  const auto read = roll_of(roll_text(roll));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->host, "a");
  EXPECT_EQ(read->suite, roll.suite);
  EXPECT_EQ(read->contents, roll.contents);
  EXPECT_EQ(read->config.at("conns"), 7);
  EXPECT_FALSE(read->refusal);
  const auto refused = roll_of(roll_text(rank_roll({.code = kExitUsage, .text = "no\n"})));
  ASSERT_TRUE(refused && refused->refusal);
  EXPECT_EQ(refused->refusal->code, kExitUsage);
  EXPECT_EQ(refused->refusal->text, "no\n");
}

TEST(RankRoll, IsNothingWhereverItIsCut) {
  const std::string text = roll_text(roll_on("a", {}));
  for (std::size_t length = 0; length < text.size(); ++length) EXPECT_FALSE(roll_of(text.substr(0, length)));
}

TEST(RankRoll, LetsRanksOfTheSameCommandGoTogether) {
  const std::vector<RankRoll> rolls{roll_on("a", {"-c", "7"}), roll_on("b", {"-c", "7"})};
  EXPECT_FALSE(why_ranks_differ(rolls));
}

TEST(RankRoll, NamesTheRankAndTheSettingThatDiffer) {
  const std::vector<RankRoll> rolls{roll_on("a", {"-c", "7"}), roll_on("b", {"-c", "7"}),
                                    roll_on("c", {"-c", "9"})};
  const auto why = why_ranks_differ(rolls);
  ASSERT_TRUE(why);
  EXPECT_EQ(why->code, kExitUsage);
  EXPECT_EQ(
      why->text,
      "suite load: rank 2 on c has conns 9, rank 0 on a has 7: start all ranks with the same command\n");
}

TEST(RankRoll, NamesTheVersionsThatDiffer) {
  std::vector<RankRoll> rolls{roll_on("a", {}), roll_on("b", {})};
  rolls[1].suite = "0.0.1 (commit abc)";
  const auto why = why_ranks_differ(rolls);
  ASSERT_TRUE(why);
  EXPECT_THAT(why->text, HasSubstr("rank 1 on b is suite 0.0.1 (commit abc), rank 0 on a is suite "));
}

TEST(RankRoll, SeesFilesOfTheSameNameThatDiffer) {
  std::vector<RankRoll> rolls{roll_on("a", {"-m", "one"}), roll_on("b", {"-m", "one"})};
  rolls[1].contents = roll_on("b", {"-m", "two"}).contents;
  EXPECT_NE(rolls[0].contents, rolls[1].contents);
  const auto why = why_ranks_differ(rolls);
  ASSERT_TRUE(why);
  EXPECT_THAT(why->text, HasSubstr("rank 0 on a and rank 1 on b read different requests from files "));
}

TEST(RankRoll, RepeatsTheRefusalOfARankAndSaysWhichItIs) {
  std::vector<RankRoll> rolls{roll_on("a", {}),
                              rank_roll({.code = kExitUsage, .text = "suite load: no (see x)\n"})};
  rolls[1].host = "b";
  EXPECT_EQ(why_ranks_differ(rolls)->text, "suite load: no (see x) [rank 1 on b]\n");
  rolls[0].refusal = EarlyEnd{.code = kExitFailed, .text = "suite load: nor here\n"};
  EXPECT_EQ(why_ranks_differ(rolls)->text, "suite load: nor here\n")
      << "rank 0 speaks for all that say the same";
  EXPECT_EQ(why_ranks_differ(rolls)->code, kExitFailed);
}

TEST(RankRoll, LetsTheFirstRankOnTheServersHostMeasureIt) {
  std::vector<RankRoll> rolls(3);
  EXPECT_FALSE(rank_of_server(rolls));
  rolls[1].has_server = rolls[2].has_server = true;
  EXPECT_EQ(rank_of_server(rolls), 1U);
}

TEST(RankRoll, RefusesAServerPidThatNoRankCanSee) {
  std::vector<RankRoll> rolls{roll_on("a", {}), roll_on("b", {})};
  for (RankRoll& roll : rolls) roll.config["server_pid"] = 17;
  const auto why = why_ranks_differ(rolls);
  ASSERT_TRUE(why);
  EXPECT_THAT(why->text, HasSubstr("--server-pid: no rank runs on the host of that process"));
  rolls[1].has_server = true;
  EXPECT_FALSE(why_ranks_differ(rolls));
}

// A process of that number may be on every host: the one that counts is where the target's address is.
TEST(RankRoll, FindsTheServerOnlyWhereTheTargetsAddressIs) {
  LoadSettings settings;
  settings.plan.server_pid = ::getpid();
  settings.plan.target = Endpoint::unix_socket("/nowhere");
  EXPECT_TRUE(rank_roll(settings).has_server);
  settings.plan.target = *resolve("127.0.0.1", 80).value().begin();
  EXPECT_TRUE(rank_roll(settings).has_server);
  settings.plan.target = *resolve("192.0.2.1", 80).value().begin();  // RFC 5737: nobody's
  EXPECT_FALSE(rank_roll(settings).has_server);
  settings.plan.server_pid.reset();
  settings.plan.target = *resolve("127.0.0.1", 80).value().begin();
  EXPECT_FALSE(rank_roll(settings).has_server) << "nobody asked";
}

}  // namespace
}  // namespace suite
