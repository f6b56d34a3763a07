// How command lines are read. Long because ways to write a flag are many: a few lines each.
#include "cmd/cli/option_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>

#include "cmd/cli/exit_code.h"
#include "cmd/cli/help_text.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr Need kTrialNeed{.refusal = " is for a trial"};

struct TrialFlags {
  std::chrono::nanoseconds secs = 10s;
  std::optional<std::chrono::nanoseconds> idle_timeout;
  std::uint64_t workers = 1, size = 64 * 1024;
  std::optional<std::uint64_t> max_connections;
  std::vector<std::string> headers;
  std::string host = "127.0.0.1", format = "line";
  std::optional<std::string> target;
  bool pin = false, spin = false;
};

// A verb with a flag of each kind.
OptionTable trial_table(TrialFlags& flags) {
  return {
      .verb = "trial",
      .usage = "suite trial [TARGET] [flags]",
      .summary = "Tries things.",
      .examples = "  suite trial --secs 2",
      .notes = "That is all.",
      .groups = {{.title = "Usual things",
                  .options = {{.name = "TARGET", .value = values::text(flags.target), .help = "what to load"},
                              {.name = "--secs",
                               .letter = 'd',
                               .takes = "DUR",
                               .value = values::positive_duration(flags.secs),
                               .help = "how long"},
                              {.name = "--idle-timeout",
                               .takes = "DUR",
                               .value = values::duration(flags.idle_timeout),
                               .help = "for the silent",
                               .unset = "off"},
                              {.name = "--workers",
                               .letter = 'w',
                               .takes = "N",
                               .value = values::count(flags.workers, {.least = 1, .most = 1024}),
                               .help = "threads"},
                              {.name = "--max-connections",
                               .takes = "N",
                               .value = values::count(flags.max_connections, {.least = 1}),
                               .help = "bound",
                               .needs = {&kTrialNeed}},
                              {.name = "--host",
                               .also = "--address",
                               .takes = "ADDR",
                               .value = values::text(flags.host),
                               .help = "where"},
                              {.name = "--header",
                               .letter = 'H',
                               .takes = "LINE",
                               .value = values::list(flags.headers),
                               .help = "repeatable"}}},
                 {.title = "Rare things",
                  .options = {{.name = "--size",
                               .takes = "N",
                               .value = values::size(flags.size, {.least = 1, .most = 1 << 20}),
                               .help = "payload",
                               .rare = true},
                              {.name = "--format",
                               .takes = "F",
                               .value = values::choice(flags.format, {"line", "json"}),
                               .help = "what stdout gets",
                               .bare = true},
                              {.name = "--pin",
                               .letter = 'P',
                               .value = values::toggle(flags.pin),
                               .help = "pin workers",
                               .excludes = {{"--spin", "one at a time"}}},
                              {.name = "--spin",
                               .letter = 's',
                               .value = values::toggle(flags.spin),
                               .help = "spin",
                               .rare = true}}}},
      .aliases = {{.name = "--duration", .flag = "--secs"},
                  {.name = "-o", .flag = "--host"},
                  {.name = "--as-json", .flag = "--format", .value = "json"}},
      .hints = {{.flag = "-k", .advice = "keep-alive is the default here"},
                {.flag = "--pin", .advice = "--pin takes no number", .before_number = true}}};
}

class OptionParserTest : public testing::Test {
 protected:
  // Starts from the defaults each time.
  std::expected<GivenOptions, EarlyEnd> parse(std::initializer_list<const char*> arguments) {
    flags_ = TrialFlags{};
    const std::vector<std::string> texts(arguments.begin(), arguments.end());
    return parse_options(trial_table(flags_), texts);
  }
  bool takes(std::initializer_list<const char*> arguments) {
    const auto given = parse(arguments);
    EXPECT_TRUE(given) << given.error().text;
    return given.has_value();
  }
  // The one line of error that `arguments` must give, without its frame.
  std::string complaint(std::initializer_list<const char*> arguments) {
    const auto given = parse(arguments);
    if (given) return "";
    EXPECT_EQ(given.error().code, kExitUsage);
    const std::string& text = given.error().text;
    constexpr std::string_view kBegin = "suite trial: ", kEnd = " (see 'suite trial --help')\n";
    EXPECT_TRUE(text.starts_with(kBegin) && text.ends_with(kEnd)) << text;
    EXPECT_EQ(std::ranges::count(text, '\n'), 1) << text;
    return text.substr(kBegin.size(), text.size() - kBegin.size() - kEnd.size());
  }
  TrialFlags flags_;
};

TEST_F(OptionParserTest, LeavesDefaultsAlone) {
  const auto given = parse({});
  ASSERT_TRUE(given);
  EXPECT_EQ(flags_.secs, 10s);
  EXPECT_EQ(flags_.idle_timeout, std::nullopt);
  EXPECT_EQ(flags_.target, std::nullopt);
  EXPECT_FALSE(given->has("--secs"));
}

TEST_F(OptionParserTest, ReadsEveryKindOfFlag) {
  const auto given = parse({"--secs", "250ms", "--idle-timeout=0", "-w", "4", "--max-connections", "10k",
                            "--size", "64k", "--host", "::1", "--format", "json", "--pin", "127.0.0.1:3900"});
  ASSERT_TRUE(given) << given.error().text;
  EXPECT_EQ(flags_.secs, 250ms);
  EXPECT_EQ(flags_.idle_timeout, 0s);
  EXPECT_EQ(flags_.workers, 4U);
  EXPECT_EQ(flags_.max_connections, 10'000U);
  EXPECT_EQ(flags_.size, 65'536U);
  EXPECT_EQ(flags_.host, "::1");
  EXPECT_EQ(flags_.format, "json");
  EXPECT_TRUE(flags_.pin);
  EXPECT_EQ(flags_.target, "127.0.0.1:3900");
  EXPECT_TRUE(given->has("--secs"));
  EXPECT_TRUE(given->has("--workers")) << "given as -w";
  EXPECT_TRUE(given->has("TARGET"));
  EXPECT_FALSE(given->has("--spin"));
}

TEST_F(OptionParserTest, TakesTheLastOfAFlagGivenTwice) {
  ASSERT_TRUE(takes({"-d", "1", "--secs", "2"}));
  EXPECT_EQ(flags_.secs, 2s);
}

TEST_F(OptionParserTest, KeepsEveryValueOfAList) {
  ASSERT_TRUE(takes({"-H", "a: b", "--header", "[c, d]", "target", "-H", "e,f"}));
  EXPECT_THAT(flags_.headers, ElementsAre("a: b", "[c, d]", "e,f"));
  EXPECT_EQ(flags_.target, "target");
}

TEST_F(OptionParserTest, TakesAValueGluedToItsFlag) {
  ASSERT_TRUE(takes({"-w8", "--secs=3", "-Pd5", "--host=a=b"}));
  EXPECT_EQ(flags_.workers, 8U);
  EXPECT_EQ(flags_.secs, 5s);
  EXPECT_TRUE(flags_.pin);
  EXPECT_EQ(flags_.host, "a=b");
}

TEST_F(OptionParserTest, TakesWhatStartsWithADashAsATargetOnlyBehindTwoDashes) {
  ASSERT_TRUE(takes({"-"}));
  EXPECT_EQ(flags_.target, "-");
  ASSERT_TRUE(takes({"--", "--secs"}));
  EXPECT_EQ(flags_.target, "--secs");
}

TEST_F(OptionParserTest, NamesTheFlagWhatWasGivenAndWhatIsAccepted) {
  EXPECT_EQ(complaint({"--secs", "5x"}),
            "--secs: '5x' is not a duration such as 250ms, 1.5s, 2m, 1h or 10 (seconds)");
  EXPECT_EQ(complaint({"-d", "0"}), "--secs: '0' is no duration: give more than 0");
  EXPECT_EQ(complaint({"-w", "0"}), "--workers: '0' is too small; at least 1 is accepted");
  EXPECT_EQ(complaint({"-w", "2k"}), "--workers: '2k' is too large; at most 1,024 is accepted");
  const std::string huge(40, '9');
  EXPECT_EQ(complaint({"-w", huge.c_str()}),
            "--workers: '" + huge + "' is too large; at most 1,024 is accepted");
  EXPECT_EQ(complaint({"--size", "1ms"}), "--size: '1ms' is not a size such as 64, 64k, 64KiB or 1MB");
  EXPECT_EQ(complaint({"--format=xml"}), "--format: 'xml' is not one of: line, json");
}

TEST_F(OptionParserTest, ANegativeValueIsAnErrorThatNamesTheFlag) {
  EXPECT_THAT(complaint({"--workers", "-1"}), HasSubstr("--workers: '-1'"));
  EXPECT_THAT(complaint({"--workers=-1"}), HasSubstr("--workers: '-1'"));
  EXPECT_THAT(complaint({"--secs", "-1s"}), HasSubstr("--secs: '-1s'"));
}

TEST_F(OptionParserTest, AMissingOrEmptyValueIsAnErrorThatNamesTheFlag) {
  EXPECT_EQ(complaint({"--workers"}), "--workers: its value is missing");
  EXPECT_EQ(complaint({"-Pw"}), "--workers: its value is missing");
  EXPECT_THAT(complaint({"--workers", ""}), HasSubstr("--workers: ''"));
  EXPECT_THAT(complaint({"--secs", "--pin"}), HasSubstr("--secs: '--pin'"));
}

TEST_F(OptionParserTest, AnEmptyValueIsTheSameBehindAnEqualsSignAndAsAnArgument) {
  for (const std::string flag : {"--workers", "--idle-timeout", "--size", "--format"}) {
    const std::string glued = flag + "=";
    EXPECT_EQ(complaint({glued.c_str()}), complaint({flag.c_str(), ""}));
    EXPECT_THAT(complaint({glued.c_str()}), HasSubstr(flag + ": ''"));
  }
}

TEST_F(OptionParserTest, SuggestsANearFlag) {
  EXPECT_EQ(complaint({"--worker", "2"}), "there is no --worker; did you mean --workers?");
  EXPECT_EQ(complaint({"--hots=::1"}), "there is no --hots; did you mean --host?");
  EXPECT_EQ(complaint({"--quicksand"}), "there is no --quicksand");
  EXPECT_EQ(complaint({"a", "b", "--quicksand"}), "there is no --quicksand")
      << "its value may be one of them";
}

TEST_F(OptionParserTest, HintsAtWhatAFlagOfAnotherToolIsCalledHere) {
  EXPECT_EQ(complaint({"-k"}), "there is no -k: keep-alive is the default here");
  EXPECT_EQ(complaint({"-Pk"}), "there is no -k: keep-alive is the default here");
}

TEST_F(OptionParserTest, TakesAnotherNameForAFlag) {
  const auto given = parse({"--duration", "3", "-ofile", "--as-json"});
  ASSERT_TRUE(given);
  EXPECT_TRUE(given->has("--secs"));
  EXPECT_EQ(flags_.secs, 3s);
  EXPECT_EQ(flags_.host, "file");
  EXPECT_EQ(flags_.format, "json");
  ASSERT_TRUE(takes({"--duration=4s", "-o", "there"}));
  EXPECT_EQ(flags_.secs, 4s);
  EXPECT_EQ(flags_.host, "there");
  ASSERT_TRUE(takes({"--address", "shown"}));
  EXPECT_EQ(flags_.host, "shown");
  EXPECT_THAT(complaint({"--duration=x"}), testing::StartsWith("--secs: "));
  EXPECT_EQ(complaint({"--as-json=x"}), "--as-json: it takes no value");
}

TEST_F(OptionParserTest, LeavesAloneWhatIsAnotherFlagsValue) {
  ASSERT_TRUE(takes({"-H", "--duration", "-H", "-order", "--header", "--format", "--header", "--"}));
  EXPECT_THAT(flags_.headers, ElementsAre("--duration", "-order", "--format", "--"));
}

TEST_F(OptionParserTest, DropsAFlagThatMayStandWithoutItsValue) {
  ASSERT_TRUE(takes({"--format", "http://x/", "--secs", "2"}));
  EXPECT_EQ(flags_.target, "http://x/") << "it is no value";
  ASSERT_TRUE(takes({"--format", "json", "--format"}));
  EXPECT_EQ(flags_.format, "json");
}

TEST_F(OptionParserTest, SaysThatAToggleTakesNoNumber) {
  for (const char* number : {"4", "0.5", "30/m", "20k"}) {
    EXPECT_EQ(complaint({"--pin", number}), "--pin takes no number");
    EXPECT_EQ(complaint({"-P", number}), "--pin takes no number");
  }
  EXPECT_TRUE(takes({"--pin", "target"}));
}

TEST_F(OptionParserTest, GivesWhatFollowsLettersToTheLastOfThem) {
  ASSERT_TRUE(takes({"-Pd", "5"})) << "the number is not the toggle's";
  EXPECT_TRUE(flags_.pin);
  EXPECT_EQ(flags_.secs, 5s);
}

TEST_F(OptionParserTest, TakesHelpForAValueWhereOneIsDue) {
  ASSERT_TRUE(takes({"--header", "--help", "-H", "-h", "-PH", "--help-all"}));
  EXPECT_THAT(flags_.headers, ElementsAre("--help", "-h", "--help-all"));
  ASSERT_TRUE(takes({"--", "--help"}));
  EXPECT_EQ(flags_.target, "--help");
  EXPECT_EQ(parse({"--header=x", "--help"}).error().code, kExitOk);
  EXPECT_EQ(parse({"-Hx", "--help"}).error().code, kExitOk);
  EXPECT_EQ(parse({"--pin", "-h"}).error().code, kExitOk);
  EXPECT_EQ(parse({"--format", "-h"}).error().code, kExitOk) << "which may stand without a value";
}

TEST_F(OptionParserTest, RefusesAValueForAToggleAndASecondTarget) {
  EXPECT_EQ(complaint({"--pin=yes"}), "--pin: it takes no value");
  EXPECT_EQ(complaint({"-P=yes"}), "--pin: it takes no value");
  EXPECT_EQ(complaint({"one", "two"}), "'two' is one argument too many");
}

TEST(OptionValues, TakeANameForWhatItStandsFor) {
  std::optional<int> value = 2;
  const OptionValue named = values::named(value, {{"one", 1}, {"two", 2}});
  EXPECT_EQ(named.default_text, "two");
  EXPECT_EQ(named.take("one"), std::nullopt);
  EXPECT_EQ(value, 1);
  EXPECT_EQ(named.take("three"), "'three' is not one of: one, two");
  EXPECT_EQ(value, 1);
}

TEST(OptionValues, ShowASizeInItsLargestUnit) {
  for (const auto& [bytes, text] :
       std::vector<std::pair<std::uint64_t, std::string>>{{0, "0"},
                                                          {1000, "1000"},
                                                          {1024, "1KiB"},
                                                          {1536, "1536"},
                                                          {std::uint64_t{64} << 20, "64MiB"},
                                                          {std::uint64_t{1} << 40, "1024GiB"}}) {
    std::uint64_t value = bytes;
    const OptionValue size = values::size(value, {});
    EXPECT_EQ(size.default_text, text);
    EXPECT_EQ(size.take(text), std::nullopt);
    EXPECT_EQ(value, bytes);
  }
}

TEST_F(OptionParserTest, TakesArgumentsWithoutAFlagInTheirOrder) {
  std::string before;
  std::vector<std::string> rest;
  const OptionTable table{
      .verb = "trial",
      .usage = {},
      .summary = {},
      .examples = {},
      .groups = {
          {.title = "Files",
           .options = {
               {.name = "BEFORE", .value = values::text(before), .help = "first"},
               {.name = "RESULT...", .value = values::list(rest), .help = "all others", .many = true}}}}};
  ASSERT_TRUE(parse_options(table, std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(before, "a");
  EXPECT_THAT(rest, ElementsAre("b", "c"));
}

TEST_F(OptionParserTest, NamesTheFlagThatAnArgumentTooManyIsAValueOf) {
  TrialFlags flags;
  OptionTable table = trial_table(flags);
  table.for_stray_argument = {"--workers", "--host"};
  const auto said = [&table](const std::string& stray) {
    const auto given = parse_options(table, std::array<std::string, 2>{"target", stray});
    return given ? "" : given.error().text;
  };
  EXPECT_THAT(said("4"), HasSubstr("'4' is one argument too many; did you mean '--workers 4'?"));
  EXPECT_THAT(said("::1"), HasSubstr("'::1' is one argument too many; did you mean '--host ::1'?"));
}

TEST_F(OptionParserTest, RefusesFlagsThatExcludeEachOther) {
  EXPECT_EQ(complaint({"--spin", "--pin"}), "--pin and --spin exclude each other: one at a time");
  EXPECT_EQ(complaint({"-sP"}), "--pin and --spin exclude each other: one at a time");
}

TEST_F(OptionParserTest, RefusesAFlagThatNeedsWhatIsNotThere) {
  const std::vector<const Need*> unmet{&kTrialNeed};
  TrialFlags flags;
  GivenOptions given;
  EXPECT_EQ(refusal(trial_table(flags), given, unmet), std::nullopt) << "it was not given";
  given.add("--max-connections");
  EXPECT_EQ(refusal(trial_table(flags), given, unmet), "--max-connections is for a trial");
  EXPECT_EQ(refusal(trial_table(flags), given, {}), std::nullopt);
}

TEST_F(OptionParserTest, PrintsTheHelpWhateverElseIsWrong) {
  TrialFlags flags;
  for (const char* help : {"--help", "-h"}) {
    const auto given = parse({"--quicksand", help});
    ASSERT_FALSE(given);
    EXPECT_EQ(given.error().code, kExitOk);
    EXPECT_EQ(given.error().text, help_text(trial_table(flags), HelpPage::kCommon));
  }
  EXPECT_EQ(parse({"--help-all"}).error().text, help_text(trial_table(flags), HelpPage::kAll));
}

TEST(HelpText, HasExamplesFirstThenFlagsWithTheDefaultsApplied) {
  TrialFlags flags;
  EXPECT_EQ(help_text(trial_table(flags), HelpPage::kCommon),
            "Tries things.\n\n"
            "  suite trial --secs 2\n\n"
            "Usage: suite trial [TARGET] [flags]\n\n"
            "  TARGET                      what to load\n"
            "  -d, --secs DUR              how long (10s)\n"
            "      --idle-timeout DUR      for the silent (off)\n"
            "  -w, --workers N             threads (1)\n"
            "      --max-connections N     bound\n"
            "      --host, --address ADDR  where (127.0.0.1)\n"
            "  -H, --header LINE           repeatable\n"
            "      --format F              what stdout gets (line)\n"
            "  -P, --pin                   pin workers\n"
            "      --help-all              2 more flags: shows all, in groups\n\n"
            "That is all.\n");
}

TEST(HelpText, ShowsEveryFlagInItsGroupOnThePageOfAll) {
  TrialFlags flags;
  const std::string text = help_text(trial_table(flags), HelpPage::kAll);
  EXPECT_THAT(text, HasSubstr("[flags]\n\nUsual things\n  TARGET "));
  EXPECT_THAT(text, HasSubstr("\n\nRare things\n      --size N                payload (64KiB)\n"));
  EXPECT_THAT(text, HasSubstr("--spin"));
  EXPECT_THAT(text, Not(HasSubstr("--help-all")));
}

// A message is one line whatever was given, and steers no terminal.
TEST(UsageError, ShowsControlBytesAsCWritesThem) {
  EXPECT_EQ(usage_error("trial", "'a\nb\x1b[2J\x7f' is \xc3\xa9").text,
            "suite trial: 'a\\nb\\x1b[2J\\x7f' is \xc3\xa9 (see 'suite trial --help')\n");
}

}  // namespace
}  // namespace suite
