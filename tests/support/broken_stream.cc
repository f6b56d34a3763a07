#include "tests/support/broken_stream.h"

#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>

namespace suite::test {

std::string name_of(Broken how) {
  switch (how) {
    case Broken::kFull:
      return "full";
    case Broken::kClosed:
      return "closed";
    case Broken::kNoReader:
      return "without a reader";
    case Broken::kStuck:
      return "stuck";
    case Broken::kStuckNow:
      return "stuck, O_NONBLOCK";
  }
  return "";
}

BrokenStream::BrokenStream(Broken how) : how_(how) {
  if (how == Broken::kClosed) return;
  if (how == Broken::kFull) {
    writing_.reset(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    return;
  }
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("pipe2 failed");
  reading_.reset(ends[0]);
  writing_.reset(ends[1]);
  if (how == Broken::kNoReader) {
    reading_.reset();
  } else {
    const std::array<char, 4096> block{};
    while (::write(writing_.get(), block.data(), block.size()) > 0) continue;
  }
  if (how != Broken::kStuckNow) ::fcntl(writing_.get(), F_SETFL, O_WRONLY);
}

}  // namespace suite::test
