#include "cmd/bench/pages.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/temporary_folder.h"

namespace suite::bench {
namespace {

namespace fs = std::filesystem;

std::string contents_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(Pages, HaveTheSizesOfTheTestsTheyAreLike) {
  const auto pages = Pages::make();
  ASSERT_TRUE(pages) << pages.error().one_line();
  EXPECT_EQ(fs::file_size(pages_in(pages->folder()) + "/index.html"), 40U);
  EXPECT_EQ(fs::file_size(pages_in(pages->folder()) + "/large.html"), 954'824U);
}

TEST(Pages, ListTenThousandDifferentUrls) {
  const auto pages = Pages::make();
  ASSERT_TRUE(pages) << pages.error().one_line();
  std::ifstream list(urls_in(pages->folder()));
  std::set<std::string> different;
  for (std::string line; std::getline(list, line);) {
    EXPECT_TRUE(line.starts_with("/?")) << line;
    different.insert(line);
  }
  EXPECT_EQ(different.size(), 10'000U);
}

TEST(Pages, HaveTheSizesOfASweep) {
  const std::vector<std::uint64_t> sizes{1, 4097};
  const auto pages = Pages::make(sizes);
  ASSERT_TRUE(pages) << pages.error().one_line();
  const test::TemporaryFolder scratch;
  const auto made =
      test::run_to_end({.arguments = {"/bin/sh", "-c", pages_recipe(scratch.file("again"), sizes)}});
  ASSERT_EQ(made.status, test::exited(0)) << made.errors;
  for (const std::uint64_t size : sizes) {
    EXPECT_EQ(fs::file_size(pages_in(pages->folder()) + sized_path(size)), size);
    EXPECT_TRUE(contents_of(scratch.file("again/pages") + sized_path(size)) ==
                contents_of(pages_in(pages->folder()) + sized_path(size)));
  }
}

TEST(Pages, AreGoneWithTheirOwner) {
  std::string folder;
  {
    auto pages = Pages::make();
    ASSERT_TRUE(pages) << pages.error().one_line();
    folder = pages->folder();
    const Pages moved(std::move(*pages));
    EXPECT_TRUE(fs::exists(folder));
  }
  EXPECT_FALSE(fs::exists(folder));
}

TEST(Pages, CanBeMadeAgainByALineForTheShell) {
  const auto pages = Pages::make();
  ASSERT_TRUE(pages) << pages.error().one_line();
  const test::TemporaryFolder scratch;
  const std::string again = scratch.file("again");
  const auto made = test::run_to_end({.arguments = {"/bin/sh", "-c", pages_recipe(again)}});
  ASSERT_EQ(made.status, test::exited(0)) << made.errors;
  for (const char* file : {"/pages/index.html", "/pages/large.html", "/urls"}) {
    EXPECT_TRUE(contents_of(again + file) == contents_of(pages->folder() + file)) << file;
  }
}

TEST(Pages, SayWhereTheyCannotBeMade) {
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("TMPDIR", "/nowhere", 1);
  const auto pages = Pages::make();
  before == nullptr ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", kept.c_str(), 1);
  ASSERT_FALSE(pages);
  EXPECT_NE(pages.error().one_line().find("TMPDIR"), std::string::npos) << pages.error().one_line();
}

}  // namespace
}  // namespace suite::bench
