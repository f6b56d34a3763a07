#include "common/io/source_file.h"

#include <unistd.h>

#include <cerrno>

namespace suite {

namespace {

bool same_size_and_time(const struct stat& a, const struct stat& b) {
  return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
         a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

bool SourceFile::unchanged() const {
  struct stat now{};
  return ::fstat(fd_.get(), &now) == 0 && same_size_and_time(now, facts_);
}

bool SourceFile::unchanged_or_grown() const {
  struct stat now{};
  return ::fstat(fd_.get(), &now) == 0 && (now.st_size > facts_.st_size || same_size_and_time(now, facts_));
}

bool SourceFile::read(std::uint64_t offset, std::span<std::byte> into) const {
  while (!into.empty()) {
    const ssize_t count = ::pread(fd_.get(), into.data(), into.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    into = into.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return true;
}

WindowPool::Window WindowPool::take() {
  if (free_.empty()) return std::make_unique_for_overwrite<std::byte[]>(kWindowBytes);
  Window window = std::move(free_.back());
  free_.pop_back();
  return window;
}

void WindowPool::give_back(Window window) {
  if (free_.size() < kKeptWindows) free_.push_back(std::move(window));
}

}  // namespace suite
