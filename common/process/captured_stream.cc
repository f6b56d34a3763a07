#include "common/process/captured_stream.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace suite {

void CapturedStream::drain() {
  constexpr std::size_t kMostAtOnce = 1 << 20;
  std::array<char, 16384> buffer;
  for (std::size_t read = 0; fd_ && read < kMostAtOnce;) {
    const ssize_t count = ::read(fd_.get(), buffer.data(), buffer.size());
    if (count > 0) {
      const auto size = static_cast<std::size_t>(count);
      read += size;
      text_.append(buffer.data(), std::min(size, kMostKept - text_.size()));
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      fd_.reset();
    } else if (errno == EAGAIN) {
      return;
    }
  }
}

std::optional<std::string> CapturedStream::take_line() {
  const std::size_t newline = text_.find('\n', taken_);
  if (newline == std::string::npos && (fd_ || taken_ == text_.size())) return std::nullopt;
  std::string line = text_.substr(taken_, newline == std::string::npos ? newline : newline - taken_);
  taken_ = newline == std::string::npos ? text_.size() : newline + 1;
  return line;
}

}  // namespace suite
