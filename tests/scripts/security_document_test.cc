// docs/security.md names the test that shows each promise: a test that was renamed is a promise that nobody
// checks.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace suite::test {
namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// As "Fixture.Name".
std::set<std::string> tests_in(const std::filesystem::path& folder) {
  static const std::regex declared(R"(\bTEST(?:_F|_P)?\((\w+),\s*(\w+)\))");
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.path().string().ends_with("_test.cc")) continue;
    const std::string source = text_of(entry.path());
    for (std::sregex_iterator at(source.begin(), source.end(), declared), end; at != end; ++at)
      names.insert((*at)[1].str() + "." + (*at)[2].str());
  }
  return names;
}

TEST(SecurityDocument, NamesTestsThatExist) {
  const std::string document = text_of(SUITE_SOURCE_DIR "/docs/security.md");
  const std::set<std::string> tests = tests_in(SUITE_SOURCE_DIR "/tests");
  static const std::regex named(R"(`([A-Z]\w+\.[A-Z]\w+)`)");
  int count = 0;
  for (std::sregex_iterator at(document.begin(), document.end(), named), end; at != end; ++at, ++count)
    EXPECT_TRUE(tests.contains((*at)[1].str())) << (*at)[1];
  EXPECT_GT(count, 30);
}

}  // namespace
}  // namespace suite::test
