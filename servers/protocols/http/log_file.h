// The file behind a log: a regular file, a pipe, a terminal or a socket, written so that a line stays whole.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "common/base/error.h"
#include "common/net/unique_fd.h"

namespace suite {

/// The longest line that a pipe takes as one, whoever else writes to it: PIPE_BUF of Linux.
inline constexpr std::size_t kLongestLogLine = 4096;

/// A descriptor of that path, as LogFile::open() gets it; none and errno where that fails.
UniqueFd open_log(const std::string& path);

/// Open for appending. Move-only; used by one thread.
class LogFile {
 public:
  /// A path, created with 0644 where there is no such file; "-" is standard error. `opened`: the path, where
  /// it is open already.
  static std::expected<LogFile, Error> open(std::string path, UniqueFd opened = {});

  /// Reopens the path (it has been renamed, say). 0, or the errno of why that failed: the old file stays.
  /// Standard error has no path; it stays, and that is no failure.
  int reopen();

  struct Taken {
    std::size_t bytes = 0;
    int error = 0;  // errno, where nothing was taken for another reason than want of room
  };
  /// Waits at most `patience` until the file takes something of `lines`, also where it fails. Anything but a
  /// regular file gets at most kLongestLogLine bytes at a time that end at a line's end.
  Taken write(std::string_view lines, std::chrono::milliseconds patience) const;

  const std::string& path() const { return path_; }

 private:
  enum class Kind { kRegular, kStream, kSocket };

  LogFile(std::string path, UniqueFd fd);

  std::string path_;
  UniqueFd fd_;
  Kind kind_;
};

}  // namespace suite
