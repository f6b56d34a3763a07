#include "cmd/load/load_output_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "cmd/cli/option_parser.h"
#include "cmd/cli/read_file.h"
#include "cmd/cli/write_file.h"
#include "cmd/load/load_options.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using testing::HasSubstr;

std::optional<LoadOutput> parse(const std::vector<std::string>& arguments) {
  LoadOutput output;
  const OptionTable table{
      .verb = "load", .usage = {}, .summary = {}, .examples = {}, .groups = {output_group(output)}};
  if (!parse_options(table, arguments)) return std::nullopt;
  return output;
}

TEST(LoadOutputOptions, TakeEveryFlag) {
  const auto output =
      parse({"--format", "csv", "--json", "a", "--hdr", "b", "--progress", "on", "--histogram", "off", "-q"});
  ASSERT_TRUE(output);
  EXPECT_EQ(output->format, find_report_format("csv"));
  EXPECT_EQ(output->json_file, "a");
  EXPECT_EQ(output->hdr_file, "b");
  EXPECT_EQ(output->progress, When::kOn);
  EXPECT_EQ(output->histogram, When::kOff);
  EXPECT_TRUE(output->quiet);
}

TEST(LoadOutputOptions, KnowEveryFormatAndNoOther) {
  EXPECT_EQ(parse({})->format, find_report_format("line"));
  EXPECT_EQ(parse({"--format", "line"})->format, find_report_format("line"));
  EXPECT_EQ(parse({"--format", "table"})->format, find_report_format("table"));
  EXPECT_EQ(parse({"--format", "ab"})->format, find_report_format("ab"));
  EXPECT_EQ(parse({"--format", "json"})->format, find_report_format("json"));
  EXPECT_FALSE(parse({"--format", "xml"}));
  EXPECT_FALSE(parse({"--progress", "perhaps"}));
}

TEST(LoadOutputOptions, ShowEveryFormatInTheHelp) {
  LoadOutput output;
  const std::string help = output_group(output).options.front().help;
  for (const ReportFormat& format : report_formats()) EXPECT_THAT(help, HasSubstr(format.name));
}

TEST(LoadOutputOptions, RefuseAReportOfTimesWhereNoneAreTaken) {
  for (const ReportFormat& format : report_formats()) {
    EXPECT_EQ(check_output({.format = &format}, {.latency = false}).has_value(), format.needs_latency)
        << format.name;
  }
}

TEST(ReportFormats, HaveEachAnOwnNameAndAText) {
  for (const ReportFormat& format : report_formats()) {
    EXPECT_EQ(find_report_format(format.name), &format);
    EXPECT_TRUE(format.of_run != nullptr || format.of_all != nullptr) << format.name;
    EXPECT_TRUE(!format.of_a_search || format.of_all != nullptr) << format.name;
  }
  EXPECT_EQ(find_report_format("xml"), nullptr);
}

TEST(LoadOutputOptions, RefuseADrawingOfNothing) {
  EXPECT_FALSE(check_output({.histogram = When::kAuto}, {.latency = false}));
  EXPECT_THAT(check_output({.histogram = When::kOn}, {.latency = false}).value_or(""),
              HasSubstr("--latency off"));
}

TEST(LoadOutputOptions, RefuseAReportOfGatesWhereThereIsNone) {
  EXPECT_THAT(check_output({.junit_file = "x"}, {.gates = false}).value_or(""),
              HasSubstr("--junit is a report of gates: give --fail-if or --require"));
}

TEST(LoadOutputOptions, RefuseADashWhereItWouldNameAFile) {
  EXPECT_THAT(check_output({.hdr_file = "-"}, {}).value_or(""), HasSubstr("only --json writes to stdout"));
  EXPECT_THAT(check_output({.junit_file = "-"}, {}).value_or(""), HasSubstr("--junit: only --json writes"));
}

TEST(LoadOutputOptions, RefuseToOverwriteWhatTheRunReads) {
  const test::TemporaryFolder folder;
  const std::string file = folder.file("x"), text = "@" + file;
  for (const auto& [flag, value] : std::vector<std::pair<std::string, std::string>>{
           {"--file", file}, {"--reply", text}, {"--urls", file}, {"--targets", file}, {"--body", text}}) {
    std::ofstream(file) << "GET http://127.0.0.1:9/\n";
    const bool http = flag != "--file" && flag != "--reply";
    std::vector<std::string> arguments{http ? "http://127.0.0.1:9" : "127.0.0.1:9", flag, value};
    if (flag == "--urls") std::ofstream(file) << "/a\n";
    arguments.insert(arguments.end(), {"--json", folder.file("./x")});
    const auto parsed = parse_load_options(arguments);
    ASSERT_FALSE(parsed) << flag;
    EXPECT_THAT(parsed.error().text,
                HasSubstr("--json would overwrite '" + folder.file("./x") + "', which " + flag + " reads"));
  }
}

TEST(LoadOutputOptions, RefuseOneFileForTwoThings) {
  const test::TemporaryFolder folder;
  const LoadOutput output{.json_file = folder.file("x"), .hdr_file = folder.file("x")};
  EXPECT_THAT(check_output(output, {}).value_or(""), HasSubstr("--hdr and --json"));
  EXPECT_THAT(check_output({.json_file = "x", .junit_file = "./x"}, {}).value_or(""),
              HasSubstr("--junit and --json both name"));
}

TEST(LoadOutputOptions, FindAFileThatCannotBeWrittenAndKeepWhatOneHolds) {
  const test::TemporaryFolder folder;
  EXPECT_THAT(check_output({.json_file = folder.file("no/x")}, {}).value_or(""),
              HasSubstr("--json: cannot write"));
  EXPECT_THAT(check_output({.hdr_file = folder.file("no/x")}, {}).value_or(""),
              HasSubstr("--hdr: cannot write"));
  ASSERT_TRUE(write_file(folder.file("old"), "kept"));
  EXPECT_FALSE(check_output({.json_file = folder.file("old")}, {}));
  EXPECT_EQ(read_file(folder.file("old")), "kept");
}

TEST(LoadOutputOptions, ADashForTheJsonIsStandardOutputAndNoFile) {
  LoadOutput output{.json_file = "-"};
  EXPECT_FALSE(settle_output(output, false));
  EXPECT_EQ(output.format, find_report_format("json"));
  EXPECT_FALSE(output.has_file());
  LoadOutput table{.format = find_report_format("table"), .json_file = "-"};
  EXPECT_THAT(settle_output(table, true).value_or(""), HasSubstr("--json - and --format"));
  LoadOutput file{.format = find_report_format("table"), .json_file = "x"};
  EXPECT_FALSE(settle_output(file, true));
  EXPECT_EQ(file.format, find_report_format("table"));
}

}  // namespace
}  // namespace suite
