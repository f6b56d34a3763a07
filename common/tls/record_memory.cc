#include "common/tls/record_memory.h"

#include <malloc.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>

namespace suite {

/// What OpenSSL calls instead of malloc() and its kin. Called through C: nothing may be thrown.
struct OpenSslMemory {
  // What a buffer for a record takes, by the options that new_context() sets: 16,384 bytes and at most 1,000
  // around them. All blocks between these sizes get the larger one, so that any will do for any.
  static constexpr std::size_t kLeast = 16 * 1024, kBlock = 18 * 1024;

  static void* take(std::size_t size, const char*, int) noexcept {
    RecordMemory* const memory = RecordMemory::current;
    if (size < kLeast || size > kBlock) {
      if (size == 0) return nullptr;
      void* const kept = memory != nullptr && memory->keeps_small_ ? memory->take_small(size) : nullptr;
      return kept != nullptr ? kept : std::malloc(size);
    }
    if (memory != nullptr) {
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
    if (block == nullptr) return;
    RecordMemory* const memory = RecordMemory::current;
    if (memory == nullptr || !keep(*memory, block, ::malloc_usable_size(block))) std::free(block);
  }

  static bool keep(RecordMemory& memory, void* block, std::size_t usable) {
    if (!is_for_records(usable)) return memory.keeps_small_ && memory.keep_small(block, usable);
    for (void*& spare : memory.spare_) {
      if (spare != nullptr) continue;
      spare = block;
      return true;
    }
    return false;
  }

  // malloc() rounds up by less than this.
  static bool is_for_records(std::size_t usable) { return usable >= kBlock && usable < kBlock + 64; }

  // Before anybody asks OpenSSL for memory; after that it takes no other functions, and goes on without
  // these.
  static inline const bool kInstalled = CRYPTO_set_mem_functions(&take, &resize, &give_back) == 1;
};

RecordMemory::~RecordMemory() {
  for (void* const block : spare_) std::free(block);
  for (Shelf& shelf : shelves_) {
    while (shelf.first != nullptr) std::free(std::exchange(shelf.first, shelf.first->next));
  }
}

// malloc()'s blocks have 24 usable bytes, 40, 56 and so on: shelf i holds those with at least 16 i + 8.
void* RecordMemory::take_small(std::size_t size) {
  const std::size_t index = (std::max<std::size_t>(size, 24) + 7) / 16;
  if (index >= kShelves || shelves_[index].first == nullptr) return nullptr;
  Shelf& shelf = shelves_[index];
  --shelf.count;
  return std::exchange(shelf.first, shelf.first->next);
}

bool RecordMemory::keep_small(void* block, std::size_t usable) {
  if (usable < 24) return false;
  const std::size_t index = (usable - 8) / 16;
  if (index >= kShelves || shelves_[index].count == kMostOnAShelf) return false;
  Shelf& shelf = shelves_[index];
  ++shelf.count;
  shelf.first = new (block) Free{.next = shelf.first};
  return true;
}

}  // namespace suite
