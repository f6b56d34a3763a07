// docs/make-results.sh, with the real program and headless Chromium.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/e2e/report_documents.h"
#include "tests/support/child.h"
#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

class MakeResults : public testing::Test {
 protected:
  test::Finished make_results(const std::vector<std::string>& arguments) const {
    std::vector<std::string> command{"/bin/sh", SUITE_SOURCE_DIR "/docs/make-results.sh"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return test::run_to_end({.arguments = command, .environment = {{"SUITE", SUITE_PROGRAM}}},
                            std::chrono::seconds(100));
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.file(name)) << text;
  }
  std::string contents(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_.file(name)).rdbuf();
    return text.str();
  }

  test::TemporaryFolder folder_;
};

// PNG (ISO/IEC 15948, 11.2.2): the width is in bytes 16 to 19.
unsigned width_of(const std::string& png) {
  unsigned width = 0;
  for (std::size_t i = 16; i < 20; ++i) width = width << 8U | static_cast<unsigned char>(png.at(i));
  return width;
}

TEST_F(MakeResults, LeavesLogDocumentPageMarkdownAndThePicturesOfASweep) {
  if (!test::find_program("chromium")) GTEST_SKIP() << "chromium is not installed";
  write("a.json", test::sample_comparison({"epoll", "uring", "threads"}, {1, 8, 64}).dump());
  write("a.log", "the log\n");
  const auto made = make_results({folder_.file("a.json"), folder_.file("a.log"), folder_.file("results")});
  ASSERT_EQ(made.status, test::exited(0)) << made.errors;
  EXPECT_EQ(contents("results/benchmark.log"), "the log\n");
  EXPECT_EQ(contents("results/benchmark.json"), contents("a.json"));
  EXPECT_THAT(contents("results/benchmark.html"), StartsWith("<!doctype html>"));
  EXPECT_THAT(contents("results/benchmark.md"), StartsWith("# epoll, uring and threads on echo-d1"));
  const std::string light = contents("results/sweep-light.png"), dark = contents("results/sweep-dark.png");
  ASSERT_THAT(light, StartsWith("\x89PNG"));
  ASSERT_THAT(dark, StartsWith("\x89PNG"));
  EXPECT_NE(light, dark);
  EXPECT_GT(width_of(light), 1500U) << "twice the size";
}

TEST_F(MakeResults, SaysWhatIsMissing) {
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& why) {
    const auto made = make_results(arguments);
    EXPECT_EQ(made.status, test::exited(2)) << made.errors;
    EXPECT_THAT(made.errors, HasSubstr(why));
  };
  refused({}, "give the document, the log");
  refused({folder_.file("a.json"), folder_.file("a.log")}, "cannot read " + folder_.file("a.json"));
  EXPECT_FALSE(fs::exists(folder_.file("results")));
}

}  // namespace
}  // namespace suite
