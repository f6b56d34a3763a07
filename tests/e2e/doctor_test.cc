// suite doctor, as a user runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/child.h"

namespace suite {
namespace {

using testing::HasSubstr;

TEST(Doctor, SaysWhatItFoundAndExitsWithZeroWhateverThatIs) {
  const test::Finished finished = test::run_to_end(test::suite_command({"doctor"}));
  EXPECT_EQ(finished.status, test::exited(0));
  EXPECT_EQ(finished.errors, "");
  EXPECT_THAT(finished.output, HasSubstr("usable processor"));
  EXPECT_THAT(finished.output, HasSubstr("\nFine: "));
}

// Both can be taken from a process, unlike a governor.
TEST(Doctor, SeesThatDescriptorsAndIoUringAreBounded) {
  test::Command command = test::suite_command({"doctor", "--json"});
  command.arguments.insert(command.arguments.begin(), SUITE_WITHOUT_URING);
  command.descriptor_limit = 512;
  const test::Finished finished = test::run_to_end(command);
  ASSERT_EQ(finished.status, test::exited(0)) << finished.errors;
  const auto document = nlohmann::json::parse(finished.output);
  EXPECT_GT(document.at("sample").at("seconds"), 0.5);
  const auto& findings = document.at("findings");
  const auto is_found = [&findings](std::string_view name, std::string_view text) {
    return std::ranges::any_of(findings, [&](const auto& finding) {
      return finding.at("name") == name && finding.at("severity") == "bounds" &&
             finding.at("found").template get<std::string>().starts_with(text);
    });
  };
  EXPECT_TRUE(is_found("descriptors", "a process may have 512 descriptors")) << finished.output;
  EXPECT_TRUE(is_found("io-uring", "io_uring ")) << finished.output;
}

TEST(Doctor, RefusesWhatIsNoFlag) {
  for (const char* flag : {"--jsn", "word"}) {
    const test::Finished finished = test::run_to_end(test::suite_command({"doctor", flag}));
    EXPECT_EQ(finished.status, test::exited(2)) << flag;
    EXPECT_EQ(finished.output, "");
    EXPECT_EQ(std::ranges::count(finished.errors, '\n'), 1) << finished.errors;
  }
}

}  // namespace
}  // namespace suite
