#include "common/tls/record_memory.h"

#include <malloc.h>
#include <openssl/crypto.h>

#include <cstddef>
#include <cstdlib>
#include <utility>

namespace suite {

/// What OpenSSL calls instead of malloc() and its kin. Called through C: nothing may be thrown.
struct OpenSslMemory {
  // What a buffer for a record takes, by the options that new_context() sets: 16,384 bytes and at most 1,000
  // around them. All blocks between these sizes get the larger one, so that any will do for any.
  static constexpr std::size_t kLeast = 16 * 1024, kBlock = 18 * 1024;

  static void* take(std::size_t size, const char*, int) noexcept {
    if (size < kLeast || size > kBlock) return size == 0 ? nullptr : std::malloc(size);
    if (RecordMemory* const memory = RecordMemory::current_) {
      for (void*& spare : memory->spare_) {
        if (spare != nullptr) return std::exchange(spare, nullptr);
      }
    }
    return std::malloc(kBlock);
  }

  static void* resize(void* block, std::size_t size, const char*, int) noexcept {
    if (size > 0) return std::realloc(block, size);
    std::free(block);
    return nullptr;
  }

  static void give_back(void* block, const char*, int) noexcept {
    RecordMemory* const memory = RecordMemory::current_;
    if (memory != nullptr && is_for_records(::malloc_usable_size(block))) {
      for (void*& spare : memory->spare_) {
        if (spare != nullptr) continue;
        spare = block;
        return;
      }
    }
    std::free(block);
  }

  // malloc() rounds up by less than this.
  static bool is_for_records(std::size_t usable) { return usable >= kBlock && usable < kBlock + 64; }

  // Before anybody asks OpenSSL for memory; after that it takes no other functions, and goes on without
  // these.
  static inline const bool installed = CRYPTO_set_mem_functions(&take, &resize, &give_back) == 1;
};

RecordMemory::~RecordMemory() {
  for (void* const block : spare_) std::free(block);
}

}  // namespace suite
