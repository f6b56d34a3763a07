// An open file whose bytes are sent, and the windows through which they pass.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "common/net/unique_fd.h"

namespace suite {

/// A regular file as it was when it was opened: shared by all who send it, unharmed by a rename over its
/// name.
class SourceFile {
 public:
  /// `facts` are those of `fd`, by fstat(2).
  SourceFile(UniqueFd fd, const struct stat& facts) : fd_(std::move(fd)), facts_(facts) {}

  std::uint64_t size() const { return static_cast<std::uint64_t>(facts_.st_size); }
  /// Whether size and time of modification are what they were. False where nobody can tell.
  bool unchanged() const;
  /// Whether the bytes up to size() may be taken for those that were there: it is unchanged, or has grown, as
  /// a log does. Whether one that grew was also written to before its old end, fstat(2) does not tell.
  bool unchanged_or_grown() const;
  /// Fills `into` with the bytes from `offset` on. False where the file has not as many, or cannot be read.
  bool read(std::uint64_t offset, std::span<std::byte> into) const;

 private:
  UniqueFd fd_;
  struct stat facts_;
};

/// A part of a file that is to be sent.
struct FileSlice {
  std::shared_ptr<const SourceFile> file;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// Memory that parts of files are read into on their way to a socket. One worker's: the few that are in use
/// at a time stay in cache. Outlives what it lent. One thread.
class WindowPool {
 public:
  static constexpr std::size_t kWindowBytes = 256 * 1024;
  using Window = std::unique_ptr<std::byte[]>;

  Window take();
  void give_back(Window window);

 private:
  static constexpr std::size_t kKeptWindows = 4;
  std::vector<Window> free_;
};

}  // namespace suite
