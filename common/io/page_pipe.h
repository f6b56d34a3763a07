// Memory on its way to a socket without a copy.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <span>

#include "common/net/unique_fd.h"

namespace suite {

/// Memory in pages of its own, for bytes that are written once and then lent to PagePipe. When it goes its
/// addresses are unmapped rather than used for something else: pages that are still on their way keep their
/// bytes.
class PageMemory {
 public:
  PageMemory() = default;
  /// Throws std::bad_alloc.
  explicit PageMemory(std::size_t size);
  PageMemory(PageMemory&& other) noexcept;
  PageMemory& operator=(PageMemory&& other) noexcept;
  ~PageMemory();

  std::span<std::byte> bytes() const { return {data_, size_}; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Sends pages by reference: vmsplice(2) into a pipe, splice(2) from there into the socket. What send(2)
/// would copy is only pointed to, so the pages must never be written to again (class PageMemory sees to the
/// rest). One worker's; lets nothing that it holds between calls out.
class PagePipe {
 public:
  /// Nothing where there are no descriptors for it, or the system forbids it.
  static std::optional<PagePipe> open();

  enum class Behind { kNothing, kMore };
  /// As send(2) on a non-blocking socket: how many bytes were taken, or -1 and errno. `behind`: whether more
  /// is sent at once, so that the last segment had better wait for it.
  ssize_t send(int socket, std::span<const std::byte> pages, Behind behind);

 private:
  PagePipe(UniqueFd reading, UniqueFd writing, UniqueFd sink)
      : reading_(std::move(reading)), writing_(std::move(writing)), sink_(std::move(sink)) {}

  std::size_t move_on(int socket, std::size_t count, unsigned flags);
  void discard(std::size_t left);
  /// Another pipe in place of one that holds what could not be discarded; false where there is none to be
  /// had.
  bool renew();

  UniqueFd reading_, writing_;
  UniqueFd sink_;  // for what a socket did not take
  bool holds_leftovers_ = false;
};

}  // namespace suite
