#include "common/tls/pem_file.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "common/net/unique_fd.h"

namespace suite {
namespace {

constexpr std::chrono::seconds kPatienceWithPipes{5};

}  // namespace

std::expected<std::string, std::string> read_pem_file(const std::string& path) {
  using Clock = std::chrono::steady_clock;
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file) return std::unexpected(std::strerror(errno));
  const auto until = Clock::now() + kPatienceWithPipes;
  std::string text;
  std::array<char, 16 * 1024> buffer;
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count == 0) return text;
    if (count > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(count));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return std::unexpected(std::strerror(errno));
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd waiting{.fd = file.get(), .events = POLLIN, .revents = 0};
    if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) == 0) {
      return std::unexpected("it is a pipe whose writer says nothing");
    }
  }
}

}  // namespace suite
