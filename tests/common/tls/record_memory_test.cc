#include "common/tls/record_memory.h"

#include <gtest/gtest.h>

#include <openssl/crypto.h>

#include <cstring>
#include <thread>
#include <vector>

#include "tests/support/patience.h"

namespace suite {
namespace {

constexpr std::size_t kRead = 16'716, kWritten = 17'046;  // what OpenSSL asks for

TEST(RecordMemory, LendsTheSameBlocksAgainAndAgain) {
  RecordMemory memory;
  const RecordMemory::Use use(memory);
  void* const first = OPENSSL_malloc(kRead);
  void* const second = OPENSSL_malloc(kWritten);
  ASSERT_NE(first, second);
  OPENSSL_free(first);
  OPENSSL_free(second);
  void* const again = OPENSSL_malloc(kWritten);
  EXPECT_TRUE(again == first || again == second);
  std::memset(again, 1, kWritten);  // whichever it was, it has room for either
  OPENSSL_free(again);
}

TEST(RecordMemory, TakesBackWhatWasTakenElsewhere) {
  RecordMemory one, other;
  void* block = nullptr;
  {
    const RecordMemory::Use use(one);
    block = OPENSSL_malloc(kRead);
  }
  {
    const RecordMemory::Use use(other);
    OPENSSL_free(block);
    EXPECT_EQ(OPENSSL_malloc(kRead), block);
  }
  OPENSSL_free(block);
}

TEST(RecordMemory, IsOfTheThreadThatUsesIt) {
  RecordMemory memory;
  const RecordMemory::Use use(memory);
  void* const block = OPENSSL_malloc(kRead);
  OPENSSL_free(block);
  std::thread([block] {
    void* const others = OPENSSL_malloc(kRead);
    EXPECT_NE(others, block);
    OPENSSL_free(others);
  }).join();
}

TEST(RecordMemory, KeepsSmallBlocksWhereItIsToldTo) {
  RecordMemory memory(RecordMemory::Small::kHere);
  const RecordMemory::Use use(memory);
  for (std::size_t size = 1; size <= 1'100; ++size) {
    void* const block = OPENSSL_malloc(size);
    OPENSSL_free(block);
    void* const again = OPENSSL_malloc(size);
    std::memset(again, 1, size);  // a sanitizer sees it where it is too short
    EXPECT_TRUE(again == block || test::kSanitized || size > 1'000) << size;
    OPENSSL_free(again);
  }
  std::vector<void*> many(100);  // more than there is room for
  for (void*& block : many) block = OPENSSL_malloc(100);
  for (void* const block : many) OPENSSL_free(block);
}

// They do not take the place of a record's, nor get one.
TEST(RecordMemory, LeavesOtherSizesToMalloc) {
  RecordMemory memory;
  const RecordMemory::Use use(memory);
  void* const block = OPENSSL_malloc(kRead);
  OPENSSL_free(block);
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{4096}, std::size_t{16'383}, std::size_t{65'536}}) {
    void* const other = OPENSSL_malloc(size);
    EXPECT_NE(other, block) << size;
    void* const grown = OPENSSL_realloc(other, size + 100);
    ASSERT_NE(grown, nullptr);
    OPENSSL_free(grown);
  }
  void* const again = OPENSSL_malloc(kRead);
  EXPECT_EQ(again, block);
  OPENSSL_free(again);
}

}  // namespace
}  // namespace suite
