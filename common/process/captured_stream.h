// What another process writes to one of its standard streams, read through a pipe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "common/net/unique_fd.h"

namespace suite {

/// Collects the bytes of a non-blocking pipe's reading end, up to kMostKept: what a program gone wild writes
/// beyond is read and dropped. One thread.
class CapturedStream {
 public:
  static constexpr std::size_t kMostKept = 64 << 20;
  static constexpr std::size_t kEndKept = 64 << 10;
  enum class Keep {
    kAll,  // the first kMostKept
    kEnd,  // the last kEndKept or a little more: of a log that goes on, what was said last
  };

  CapturedStream() = default;
  explicit CapturedStream(UniqueFd fd, Keep keep = Keep::kAll) : fd_(std::move(fd)), keep_(keep) {}

  /// To be waited for; -1 after the writers have all closed their end.
  int fd() const { return fd_.get(); }
  /// What is kept of all that was read so far, lines that were taken included.
  const std::string& text() const { return text_; }

  /// Reads what is there without waiting; at most what a large pipe holds, so that a writer which never
  /// pauses does not keep the caller here.
  void drain();
  /// The next whole line, without its newline; at the end of the stream also a last one that has none.
  std::optional<std::string> take_line();

 private:
  void keep(const char* bytes, std::size_t size);

  UniqueFd fd_;
  Keep keep_ = Keep::kAll;
  std::string text_;
  std::size_t taken_ = 0;
};

}  // namespace suite
