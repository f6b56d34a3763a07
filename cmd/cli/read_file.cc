#include "cmd/cli/read_file.h"

#include <fcntl.h>
#include <unistd.h>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "common/net/unique_fd.h"

namespace suite {

namespace {

// To the end; why not, where reading fails.
std::expected<std::string, std::string> read_all(int fd) {
  std::string text;
  std::array<char, 64 * 1024> buffer;
  ssize_t count = 1;
  while (count > 0) {
    count = ::read(fd, buffer.data(), buffer.size());
    if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  if (count == 0) return text;
  return std::unexpected(std::strerror(errno));
}

}  // namespace

std::expected<std::string, std::string> read_file(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::unexpected(std::strerror(errno));
  return read_all(file.get());
}

std::expected<std::string, std::string> read_input(const std::string& path) {
  if (path == "-" && ::isatty(STDIN_FILENO) == 1) {
    return std::unexpected("cannot read stdin: it is a terminal; pipe the input in, or give a file");
  }
  auto text = path == "-" ? read_all(STDIN_FILENO) : read_file(path);
  if (text) return text;
  const std::string name = path == "-" ? "stdin" : fmt::format("'{}'", path);
  return std::unexpected(fmt::format("cannot read {}: {}", name, text.error()));
}

}  // namespace suite
