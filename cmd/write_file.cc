#include "cmd/write_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/net/unique_fd.h"

namespace suite {
namespace {

UniqueFd open_for_writing(const std::string& path, int flags) {
  return UniqueFd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0666));
}

std::unexpected<std::string> reason() { return std::unexpected(std::string(std::strerror(errno))); }

}  // namespace

std::expected<void, std::string> try_to_write(const std::string& path) {
  if (!open_for_writing(path, 0)) return reason();
  return {};
}

std::expected<void, std::string> write_file(const std::string& path, std::string_view text) {
  const UniqueFd file = open_for_writing(path, O_TRUNC);
  if (!file) return reason();
  while (!text.empty()) {
    const ssize_t count = ::write(file.get(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return reason();
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace suite
