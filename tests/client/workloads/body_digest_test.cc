#include "client/workloads/body_digest.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace suite {
namespace {

std::uint64_t hash(std::string_view bytes) {
  BodyDigest digest;
  digest.add(bytes);
  EXPECT_EQ(digest.length(), bytes.size());
  return digest.hash();
}

TEST(BodyDigest, DoesNotDependOnHowTheBytesAreCut) {
  const std::string bytes = "The quick brown fox jumps over the lazy dog";
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    for (std::size_t second = first; second <= bytes.size(); ++second) {
      BodyDigest digest;
      digest.add(std::string_view(bytes).substr(0, first));
      digest.add(std::string_view(bytes).substr(first, second - first));
      digest.add(std::string_view(bytes).substr(second));
      EXPECT_EQ(digest.hash(), hash(bytes));
    }
  }
}

TEST(BodyDigest, TellsEveryChangeOfABitAndEveryLengthApart) {
  std::set<std::uint64_t> hashes;
  std::size_t bodies = 0;
  for (std::size_t length = 0; length < 40; ++length, ++bodies)
    hashes.insert(hash(std::string(length, '\0')));
  std::string bytes(33, 'x');
  for (char& byte : bytes) {
    for (int bit = 0; bit < 8; ++bit, ++bodies) {
      byte = static_cast<char>(byte ^ (1 << bit));
      hashes.insert(hash(bytes));
      byte = static_cast<char>(byte ^ (1 << bit));
    }
  }
  EXPECT_EQ(hashes.size(), bodies);
}

}  // namespace
}  // namespace suite
