#include "cmd/read_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "common/net/unique_fd.h"

namespace suite {

std::expected<std::string, std::string> read_file(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  std::array<char, 64 * 1024> buffer;
  ssize_t count = file ? 1 : -1;
  while (count > 0) {
    count = ::read(file.get(), buffer.data(), buffer.size());
    if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  if (count == 0) return text;
  return std::unexpected(std::strerror(errno));
}

}  // namespace suite
