// A file that a flag names, written piece by piece, so that what was measured outlives the program.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "common/net/unique_fd.h"

namespace suite {

/// Its contents always end where a piece ends, however it ends: a piece that a full disk cut off is taken
/// back, and tried again with the next one. What is no regular file (a pipe, /dev/stdout) gets everything at
/// the end, as its reader may be slow. Move-only; one thread.
class GrowingFile {
 public:
  /// Empties the file, or makes it; or why it cannot be written ("No such file or directory").
  static std::expected<GrowingFile, std::string> open(const std::string& path);

  /// Or why it is not all written now: "No space left on device".
  std::expected<void, std::string> append(std::string_view piece);
  /// The last piece.
  std::expected<void, std::string> finish(std::string_view piece);

 private:
  GrowingFile(std::string path, UniqueFd file) : path_(std::move(path)), file_(std::move(file)) {}
  std::expected<void, std::string> write_pending();

  std::string path_;
  UniqueFd file_;          // none: written at the end
  std::string pending_;    // not yet written
  std::int64_t size_ = 0;  // of what is
};

}  // namespace suite
