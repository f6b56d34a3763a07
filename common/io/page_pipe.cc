#include "common/io/page_pipe.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <new>
#include <utility>

namespace suite {
namespace {

constexpr int kPipeBytes = 1024 * 1024;  // the most that everybody may ask for (pipe(7))

}  // namespace

PageMemory::PageMemory(std::size_t size) : size_(size) {
  if (size == 0) return;
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<std::byte*>(memory);
}

PageMemory::PageMemory(PageMemory&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

PageMemory& PageMemory::operator=(PageMemory&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

PageMemory::~PageMemory() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

std::optional<PagePipe> PagePipe::open() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return std::nullopt;
  UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  UniqueFd sink(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  PagePipe pipe(std::move(reading), std::move(writing), std::move(sink));
  if (!pipe.sink_) return std::nullopt;
  ::fcntl(pipe.writing_.get(), F_SETPIPE_SZ, kPipeBytes);  // a smaller one works, too
  const PageMemory probe(1);
  const iovec piece{.iov_base = probe.bytes().data(), .iov_len = 1};
  if (::vmsplice(pipe.writing_.get(), &piece, 1, SPLICE_F_NONBLOCK) != 1) return std::nullopt;
  if (::splice(pipe.reading_.get(), nullptr, pipe.sink_.get(), nullptr, 1, 0) != 1) return std::nullopt;
  return pipe;
}

ssize_t PagePipe::send(int socket, std::span<const std::byte> pages, Behind behind) {
  if (holds_leftovers_ && !renew()) {
    errno = ENOMEM;
    return -1;
  }
  std::size_t sent = 0;
  while (sent < pages.size()) {
    const auto rest = pages.subspan(sent);
    const iovec piece{.iov_base = const_cast<std::byte*>(rest.data()), .iov_len = rest.size()};
    const ssize_t lent = ::vmsplice(writing_.get(), &piece, 1, SPLICE_F_NONBLOCK);
    if (lent <= 0) break;
    const bool last = static_cast<std::size_t>(lent) == rest.size() && behind == Behind::kNothing;
    const unsigned flags = SPLICE_F_NONBLOCK | (last ? 0U : unsigned{SPLICE_F_MORE});
    const std::size_t moved = move_on(socket, static_cast<std::size_t>(lent), flags);
    sent += moved;
    if (moved < static_cast<std::size_t>(lent)) break;
  }
  return sent > 0 ? static_cast<ssize_t>(sent) : -1;
}

// From the pipe into the socket; what it does not take goes nowhere, and errno says why.
std::size_t PagePipe::move_on(int socket, std::size_t count, unsigned flags) {
  std::size_t moved = 0;
  while (moved < count) {
    const ssize_t part = ::splice(reading_.get(), nullptr, socket, nullptr, count - moved, flags);
    if (part <= 0) break;
    moved += static_cast<std::size_t>(part);
  }
  const int why = errno;
  discard(count - moved);
  errno = why;
  return moved;
}

// Bytes that stay here would go to the next socket, which may be somebody else's.
void PagePipe::discard(std::size_t left) {
  while (left > 0) {
    const ssize_t part = ::splice(reading_.get(), nullptr, sink_.get(), nullptr, left, 0);
    if (part < 0 && errno == EINTR) continue;
    if (part <= 0) break;
    left -= static_cast<std::size_t>(part);
  }
  holds_leftovers_ = left > 0;
}

bool PagePipe::renew() {
  auto empty = open();
  if (empty) *this = std::move(*empty);
  return !holds_leftovers_;
}

}  // namespace suite
