#include "cmd/cli/growing_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cmd/cli/output.h"
#include "cmd/cli/system_error.h"
#include "cmd/cli/write_file.h"

namespace suite {
namespace {}  // namespace

std::expected<GrowingFile, std::string> GrowingFile::open(const std::string& path) {
  std::error_code none;
  const auto found = std::filesystem::status(path, none).type();
  const bool can_grow =
      found == std::filesystem::file_type::regular || found == std::filesystem::file_type::not_found;
  if (!can_grow) {
    if (const auto possible = try_to_write(path); !possible) return std::unexpected(possible.error());
    return GrowingFile(path, UniqueFd());
  }
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!file) return failed_with(errno);
  return GrowingFile(path, std::move(file));
}

std::expected<void, std::string> GrowingFile::write_pending() {
  const int failed = write_fully(file_.get(), pending_);
  if (failed == 0) {
    size_ += static_cast<std::int64_t>(pending_.size());
    pending_.clear();
    return {};
  }
  // What did fit is no whole piece. Where even that fails, readers drop the last line.
  if (::ftruncate(file_.get(), size_) == 0) ::lseek(file_.get(), size_, SEEK_SET);
  return failed_with(failed);
}

std::expected<void, std::string> GrowingFile::append(std::string_view piece) {
  pending_ += piece;
  if (!file_) return {};
  return write_pending();
}

std::expected<void, std::string> GrowingFile::finish(std::string_view piece) {
  pending_ += piece;
  if (!file_) return write_file(path_, pending_);
  if (auto written = write_pending(); !written) return written;
  // A file system that writes later says here what became of it (quotas, NFS).
  if (::close(file_.release()) != 0 && errno != EINTR) return failed_with(errno);
  return {};
}

}  // namespace suite
