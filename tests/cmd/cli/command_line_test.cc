#include "cmd/cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cmd/cli/exit_code.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

// A verb with a flag of each kind, its outcome and what it printed.
class CommandLineTest : public testing::Test {
 protected:
  CommandLineTest() {
    line_.duration({"-d,--secs", "DUR", "how long"}, secs_, false);
    line_.duration({"--idle-timeout", "DUR", "off by default"}, idle_timeout_);
    line_.count({"-w,--workers", "N", "threads"}, workers_, {.least = 1, .most = 1024});
    line_.count({"--max-connections", "N", "bound"}, max_connections_, {.least = 1});
    line_.size({"--size", "N", "payload"}, size_, {.least = 1, .most = 1 << 20});
    line_.text({"--host", "ADDR", "where"}, host_);
    line_.choice({"--format", "F", "what stdout gets"}, format_, {"line", "json"});
    line_.list({"-H,--header", "LINE", "repeatable"}, headers_);
    line_.toggle("--pin", "pin workers", pin_);
    line_.positional("[TARGET]", "what to load", target_);
    line_.hint("-k", "keep-alive is the default here");
  }

  std::optional<int> parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "trial");
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const auto code = line_.parse(static_cast<int>(arguments.size()), arguments.data());
    output_ = testing::internal::GetCapturedStdout();
    errors_ = testing::internal::GetCapturedStderr();
    return code;
  }

  // The one line of error that `arguments` must give, without its frame.
  std::string complaint(std::vector<const char*> arguments) {
    EXPECT_EQ(parse(std::move(arguments)), kExitUsage);
    EXPECT_EQ(output_, "");
    EXPECT_EQ(std::ranges::count(errors_, '\n'), 1) << errors_;
    constexpr std::string_view kBegin = "suite trial: ", kEnd = " (see 'suite trial --help')\n";
    EXPECT_TRUE(errors_.starts_with(kBegin) && errors_.ends_with(kEnd)) << errors_;
    return errors_.substr(kBegin.size(), errors_.size() - kBegin.size() - kEnd.size());
  }

  CommandLine line_{{.verb = "trial",
                     .usage = "suite trial [TARGET] [flags]",
                     .summary = "Tries things.",
                     .examples = "  suite trial --secs 2",
                     .notes = "That is all."}};
  std::chrono::nanoseconds secs_ = 10s;
  std::optional<std::chrono::nanoseconds> idle_timeout_;
  std::uint64_t workers_ = 1, size_ = 12;
  std::optional<std::uint64_t> max_connections_;
  std::vector<std::string> headers_;
  std::string host_ = "127.0.0.1", format_ = "line";
  std::optional<std::string> target_;
  bool pin_ = false;
  std::string output_, errors_;
};

TEST_F(CommandLineTest, LeavesDefaultsAlone) {
  EXPECT_EQ(parse({}), std::nullopt);
  EXPECT_EQ(secs_, 10s);
  EXPECT_EQ(idle_timeout_, std::nullopt);
  EXPECT_EQ(target_, std::nullopt);
  EXPECT_FALSE(line_.given("--secs"));
}

TEST_F(CommandLineTest, ReadsEveryKindOfFlag) {
  EXPECT_EQ(parse({"--secs", "250ms", "--idle-timeout=0", "-w", "4", "--max-connections", "10k", "--size",
                   "64k", "--host", "::1", "--format", "json", "--pin", "127.0.0.1:3900"}),
            std::nullopt);
  EXPECT_EQ(secs_, 250ms);
  EXPECT_EQ(idle_timeout_, 0s);
  EXPECT_EQ(workers_, 4U);
  EXPECT_EQ(max_connections_, 10'000U);
  EXPECT_EQ(size_, 65'536U);
  EXPECT_EQ(host_, "::1");
  EXPECT_EQ(format_, "json");
  EXPECT_TRUE(pin_);
  EXPECT_EQ(target_, "127.0.0.1:3900");
  EXPECT_TRUE(line_.given("--secs"));
  EXPECT_TRUE(line_.given("--pin"));
}

TEST_F(CommandLineTest, TakesTheLastOfAFlagGivenTwice) {
  EXPECT_EQ(parse({"-d", "1", "--secs", "2"}), std::nullopt);
  EXPECT_EQ(secs_, 2s);
}

TEST_F(CommandLineTest, KeepsEveryValueOfAList) {
  EXPECT_EQ(parse({"-H", "a: b", "--header", "[c, d]", "target", "-H", "e,f"}), std::nullopt) << errors_;
  EXPECT_EQ(headers_, (std::vector<std::string>{"a: b", "[c, d]", "e,f"}));
  EXPECT_EQ(target_, "target");
}

TEST_F(CommandLineTest, TakesAValueGluedToItsFlag) {
  EXPECT_EQ(parse({"-w8", "--secs=3"}), std::nullopt);
  EXPECT_EQ(workers_, 8U);
  EXPECT_EQ(secs_, 3s);
}

TEST_F(CommandLineTest, NamesTheFlagWhatWasGivenAndWhatIsAccepted) {
  EXPECT_EQ(complaint({"--secs", "5x"}),
            "--secs: '5x' is not a duration such as 250ms, 1.5s, 2m, 1h or 10 (seconds)");
  EXPECT_EQ(complaint({"-d", "0"}), "--secs: '0' is no duration: give more than 0");
  EXPECT_EQ(complaint({"-w", "0"}), "--workers: '0' is too small; at least 1 is accepted");
  EXPECT_EQ(complaint({"-w", "2k"}), "--workers: '2k' is too large; at most 1,024 is accepted");
  EXPECT_EQ(complaint({"--size", "1ms"}), "--size: '1ms' is not a size such as 64, 64k, 64KiB or 1MB");
  EXPECT_EQ(complaint({"--format", "xml"}), "--format: 'xml' is not one of: line, json");
}

TEST_F(CommandLineTest, ANegativeValueIsAnErrorThatNamesTheFlag) {
  EXPECT_THAT(complaint({"--workers", "-1"}), testing::HasSubstr("--workers"));
  EXPECT_THAT(complaint({"--workers=-1"}), testing::HasSubstr("--workers"));
  EXPECT_THAT(complaint({"--secs", "-1s"}), testing::HasSubstr("--secs"));
}

TEST_F(CommandLineTest, AMissingOrEmptyValueIsAnErrorThatNamesTheFlag) {
  EXPECT_EQ(complaint({"--workers"}), "--workers: its value is missing");
  EXPECT_EQ(complaint({"--idle-timeout="}), "--idle-timeout: its value is missing");
  EXPECT_THAT(complaint({"--workers", ""}), testing::HasSubstr("--workers"));
  EXPECT_THAT(complaint({"--secs", "--pin"}), testing::HasSubstr("--secs"));
}

TEST_F(CommandLineTest, SuggestsANearFlag) {
  EXPECT_EQ(complaint({"--worker", "2"}), "there is no --worker; did you mean --workers?");
  EXPECT_EQ(complaint({"--hots=::1"}), "there is no --hots; did you mean --host?");
  EXPECT_EQ(complaint({"--quicksand"}), "there is no --quicksand");
}

TEST_F(CommandLineTest, HintsAtWhatAFlagOfAnotherToolIsCalledHere) {
  EXPECT_EQ(complaint({"-k"}), "there is no -k: keep-alive is the default here");
}

TEST_F(CommandLineTest, TakesAnotherNameForAFlag) {
  line_.alias("--duration", "--secs");
  line_.alias("-o", "--host");
  line_.alias("--as-json", "--format=json");
  EXPECT_EQ(parse({"--duration", "3", "-ofile", "--as-json"}), std::nullopt);
  EXPECT_EQ(secs_, std::chrono::seconds(3));
  EXPECT_EQ(host_, "file");
  EXPECT_EQ(format_, "json");
  EXPECT_EQ(parse({"--duration=4s", "-o", "there"}), std::nullopt);
  EXPECT_EQ(secs_, std::chrono::seconds(4));
  EXPECT_EQ(host_, "there");
  EXPECT_TRUE(line_.given("--secs"));
  EXPECT_THAT(complaint({"--duration=x"}), testing::StartsWith("--secs: "));
}

TEST_F(CommandLineTest, LeavesAloneWhatIsAnotherFlagsValue) {
  line_.alias("--duration", "--secs");
  line_.alias("-o", "--host");
  line_.optional_value("--format", {"line", "json"});
  EXPECT_EQ(parse({"-H", "--duration", "-H", "-order", "--header", "--format"}), std::nullopt);
  EXPECT_THAT(headers_, testing::ElementsAre("--duration", "-order", "--format"));
}

TEST_F(CommandLineTest, DropsAFlagThatMayStandWithoutItsValue) {
  line_.optional_value("--format", {"line", "json"});
  EXPECT_EQ(parse({"--format", "http://x/", "--secs", "2"}), std::nullopt);
  EXPECT_EQ(target_, "http://x/") << "it is no value";
  EXPECT_EQ(parse({"--format", "json", "--format"}), std::nullopt);
  EXPECT_EQ(format_, "json");
}

TEST_F(CommandLineTest, SaysThatAToggleTakesNoNumber) {
  line_.hint_number("--pin", "--pin takes no number; threads are --workers");
  for (const char* number : {"4", "0.5", "30/m", "20k"}) {
    EXPECT_EQ(complaint({"--pin", number}), "--pin takes no number; threads are --workers");
  }
  EXPECT_EQ(parse({"--pin", "target"}), std::nullopt);
}

TEST_F(CommandLineTest, RefusesAValueForAToggleAndASecondTarget) {
  EXPECT_EQ(complaint({"--pin=yes"}), "--pin: it takes no value");
  EXPECT_THAT(complaint({"one", "two"}), testing::HasSubstr("two"));
}

TEST_F(CommandLineTest, HelpComesWithExamplesFirstAndBeatsEveryError) {
  for (const char* help : {"--help", "-h"}) {
    EXPECT_EQ(parse({"--quicksand", help}), kExitOk);
    EXPECT_EQ(errors_, "");
    EXPECT_TRUE(output_.starts_with("Tries things.\n\n  suite trial --secs 2\n\nUsage: ")) << output_;
    for (const char* flag :
         {"-d, --secs DUR", "--idle-timeout DUR", "-w, --workers N", "--pin", "[TARGET]"}) {
      EXPECT_THAT(output_, testing::HasSubstr(flag));
    }
    EXPECT_TRUE(output_.ends_with("That is all.\n"));
    EXPECT_THAT(output_, testing::Not(testing::HasSubstr("--help-all"))) << "there is no more";
  }
}

TEST_F(CommandLineTest, LeavesRareFlagsToHelpAllWhichHasThemInGroups) {
  line_.group("Rare things");
  bool rare = false;
  line_.toggle("--rare", "seldom needed", rare);
  line_.leave_to_help_all({"--rare", "--size"});
  EXPECT_EQ(parse({"--help"}), kExitOk);
  EXPECT_THAT(output_,
              testing::Not(testing::AnyOf(testing::HasSubstr("--rare"), testing::HasSubstr("--size"))));
  EXPECT_THAT(output_,
              testing::HasSubstr("      --help-all              2 more flags: shows all, in groups\n"));
  EXPECT_EQ(parse({"--help-all"}), kExitOk);
  EXPECT_THAT(output_, testing::HasSubstr("Usage: "));
  EXPECT_THAT(output_, testing::HasSubstr("--size"));
  EXPECT_THAT(output_, testing::HasSubstr("\n\nRare things\n      --rare "));
  EXPECT_EQ(parse({"--rare"}), std::nullopt) << "it is taken all the same";
  EXPECT_TRUE(rare);
}

}  // namespace
}  // namespace suite
