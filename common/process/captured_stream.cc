#include "common/process/captured_stream.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace suite {

void CapturedStream::keep(const char* bytes, std::size_t size) {
  if (keep_ == Keep::kAll) {
    text_.append(bytes, std::min(size, kMostKept - text_.size()));
    return;
  }
  text_.append(bytes, size);
  if (text_.size() <= 2 * kEndKept) return;
  const std::size_t dropped = text_.size() - kEndKept;
  text_.erase(0, dropped);
  taken_ -= std::min(taken_, dropped);
}

void CapturedStream::drain() {
  constexpr std::size_t kMostAtOnce = 1 << 20;
  std::array<char, 16384> buffer;
  for (std::size_t read = 0; fd_ && read < kMostAtOnce;) {
    const ssize_t count = ::read(fd_.get(), buffer.data(), buffer.size());
    if (count > 0) {
      read += static_cast<std::size_t>(count);
      keep(buffer.data(), static_cast<std::size_t>(count));
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
