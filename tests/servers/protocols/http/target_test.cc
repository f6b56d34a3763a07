#include "servers/protocols/http/target.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

std::string name_of(std::string_view path) {
  const auto name = file_name_of(path);
  return name ? *name : std::to_string(name.error());
}

TEST(HttpTarget, IsDecodedOnce) {
  EXPECT_EQ(name_of("/a%20b/%C3%a4.txt"), "a b/\xc3\xa4.txt");
  EXPECT_EQ(name_of("/%2541"), "%41");
  EXPECT_EQ(name_of("/a+b"), "a+b");
  EXPECT_EQ(name_of("/a%5Cb"), "a\\b");
}

TEST(HttpTarget, RefusesWhatIsNoEncoding) {
  for (const char* path : {"/%", "/%4", "/%4/1", "/%zz", "/a%", "/%%41"})
    EXPECT_EQ(name_of(path), "400") << path;
}

TEST(HttpTarget, FindsNoFileBehindAnEncodedSlashOrNul) {
  EXPECT_EQ(name_of("/a%2fb"), "404");
  EXPECT_EQ(name_of("/..%2F..%2Fetc"), "404");
  EXPECT_EQ(name_of("/a%00.html"), "404");
}

TEST(HttpTarget, RemovesDotSegmentsAndNeverLeavesTheRoot) {
  EXPECT_EQ(name_of("/a/./b/../c"), "a/c");
  EXPECT_EQ(name_of("/a/.."), "");
  EXPECT_EQ(name_of("/a/b/.."), "a/");
  EXPECT_EQ(name_of("/a/%2e%2E/b"), "b");
  EXPECT_EQ(name_of("/."), "");
  EXPECT_EQ(name_of("/a/..."), "a/...");
  for (const char* path : {"/..", "/../etc/passwd", "/a/../../b", "/%2e%2e/b", "/.%2e"}) {
    EXPECT_EQ(name_of(path), "400") << path;
  }
}

TEST(HttpTarget, TreatsSlashesInARowAsOne) {
  EXPECT_EQ(name_of("//a///b//"), "a/b/");
  EXPECT_EQ(name_of("/"), "");
  EXPECT_EQ(name_of("//"), "");
}

TEST(HttpTarget, MakesALocationThatNamesNoHost) {
  EXPECT_EQ(location_of_directory("a b/c", "?q=1"), "/a%20b/c/?q=1");
  EXPECT_EQ(location_of_directory("\\evil.com", ""), "/%5Cevil.com/");
  EXPECT_EQ(location_of_directory("a\r\nX: y", ""), "/a%0D%0AX:%20y/");
  EXPECT_EQ(location_of_directory("a?b#c%", ""), "/a%3Fb%23c%25/");
}

}  // namespace
}  // namespace suite
