#include "cmd/cli/write_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "cmd/cli/output.h"
#include "cmd/cli/system_error.h"
#include "common/net/unique_fd.h"

namespace suite {
namespace {

UniqueFd open_for_writing(const std::string& path, int flags) {
  // Not to wait at a FIFO until somebody reads it: a signal could not end that.
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | flags, 0666));
  if (file) ::fcntl(file.get(), F_SETFL, ::fcntl(file.get(), F_GETFL) & ~O_NONBLOCK);
  return file;
}

}  // namespace

std::expected<void, std::string> try_to_write(const std::string& path) {
  std::error_code none;  // what cannot be looked at cannot be opened either
  const auto found = std::filesystem::status(path, none).type();
  const bool is_new = found == std::filesystem::file_type::not_found;
  // To open a FIFO and close it again would be an end of file to its reader.
  if (!is_new && found != std::filesystem::file_type::regular &&
      found != std::filesystem::file_type::directory)
    return ::access(path.c_str(), W_OK) == 0 ? std::expected<void, std::string>() : failed_with(errno);
  if (!open_for_writing(path, 0)) return failed_with(errno);
  if (is_new) ::unlink(path.c_str());
  return {};
}

std::expected<void, std::string> write_file(const std::string& path, std::string_view text) {
  UniqueFd file = open_for_writing(path, O_TRUNC);
  if (!file && errno == ENXIO) return std::unexpected("it is a FIFO that nobody reads");
  if (!file) return failed_with(errno);
  const int failed = write_fully(file.get(), text);
  if (failed != 0) return failed_with(failed);
  // A file system that writes later says here what became of it (quotas, NFS).
  if (::close(file.release()) != 0 && errno != EINTR) return failed_with(errno);
  return {};
}

}  // namespace suite
