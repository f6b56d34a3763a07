#include "cmd/load/load_output_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cmd/cli/option_parser.h"
#include "cmd/cli/read_file.h"
#include "cmd/cli/write_file.h"
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
  const auto output = parse({"--format", "csv", "--json", "a", "--hdr", "b", "--progress", "on", "-q"});
  ASSERT_TRUE(output);
  EXPECT_EQ(output->format, LoadFormat::kCsv);
  EXPECT_EQ(output->json_file, "a");
  EXPECT_EQ(output->hdr_file, "b");
  EXPECT_EQ(output->progress, "on");
  EXPECT_TRUE(output->quiet);
}

TEST(LoadOutputOptions, KnowEveryFormatAndNoOther) {
  EXPECT_EQ(parse({})->format, LoadFormat::kLine);
  EXPECT_EQ(parse({"--format", "line"})->format, LoadFormat::kLine);
  EXPECT_EQ(parse({"--format", "table"})->format, LoadFormat::kTable);
  EXPECT_EQ(parse({"--format", "ab"})->format, LoadFormat::kAb);
  EXPECT_EQ(parse({"--format", "json"})->format, LoadFormat::kJson);
  EXPECT_FALSE(parse({"--format", "xml"}));
  EXPECT_FALSE(parse({"--progress", "perhaps"}));
}

TEST(LoadOutputOptions, RefuseADrawingOfNothing) {
  EXPECT_FALSE(check_output({.histogram = "auto"}, false));
  EXPECT_THAT(check_output({.histogram = "on"}, false).value_or(""), HasSubstr("--latency off"));
}

TEST(LoadOutputOptions, RefuseADashWhereItWouldNameAFile) {
  EXPECT_THAT(check_output({.hdr_file = "-"}, true).value_or(""), HasSubstr("only --json writes to stdout"));
}

TEST(LoadOutputOptions, RefuseOneFileForTwoThings) {
  const test::TemporaryFolder folder;
  const LoadOutput output{.json_file = folder.file("x"), .hdr_file = folder.file("x")};
  EXPECT_THAT(check_output(output, true).value_or(""), HasSubstr("--hdr and --json"));
}

TEST(LoadOutputOptions, FindAFileThatCannotBeWrittenAndKeepWhatOneHolds) {
  const test::TemporaryFolder folder;
  EXPECT_THAT(check_output({.json_file = folder.file("no/x")}, true).value_or(""),
              HasSubstr("--json: cannot write"));
  EXPECT_THAT(check_output({.hdr_file = folder.file("no/x")}, true).value_or(""),
              HasSubstr("--hdr: cannot write"));
  ASSERT_TRUE(write_file(folder.file("old"), "kept"));
  EXPECT_FALSE(check_output({.json_file = folder.file("old")}, true));
  EXPECT_EQ(read_file(folder.file("old")), "kept");
}

TEST(LoadOutputOptions, ADashForTheJsonIsStandardOutputAndNoFile) {
  LoadOutput output{.json_file = "-"};
  EXPECT_FALSE(settle_output(output, false));
  EXPECT_EQ(output.format, LoadFormat::kJson);
  EXPECT_FALSE(output.has_file());
  LoadOutput table{.format = LoadFormat::kTable, .json_file = "-"};
  EXPECT_THAT(settle_output(table, true).value_or(""), HasSubstr("--json - and --format"));
  LoadOutput file{.format = LoadFormat::kTable, .json_file = "x"};
  EXPECT_FALSE(settle_output(file, true));
  EXPECT_EQ(file.format, LoadFormat::kTable);
}

}  // namespace
}  // namespace suite
