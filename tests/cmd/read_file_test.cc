#include "cmd/read_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

TEST(ReadFile, GivesAllBytes) {
  const test::TemporaryFolder folder;
  const std::string content = std::string(200'000, 'x') + std::string("\0\r\n\xff", 4);
  std::ofstream(folder.file("file"), std::ios::binary) << content;
  EXPECT_EQ(read_file(folder.file("file")), content);
}

TEST(ReadFile, SaysWhyItCannot) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(read_file(folder.file("missing")).error(), "No such file or directory");
  EXPECT_EQ(read_file(folder.file("")).error(), "Is a directory");
}

}  // namespace
}  // namespace suite
