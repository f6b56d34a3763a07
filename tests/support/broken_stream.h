// Descriptors that a program cannot write to, each for another reason.
#pragma once

#include <array>
#include <string>

#include "common/net/unique_fd.h"

namespace suite::test {

enum class Broken {
  kFull,      // /dev/full: ENOSPC
  kClosed,    // not open at all
  kNoReader,  // a pipe whose reader has left: EPIPE
  kStuck,     // a pipe that is full, and whose reader does not read
  kStuckNow,  // the same, with O_NONBLOCK set by somebody who shares it: EAGAIN
};
inline constexpr std::array kAllBroken{Broken::kFull, Broken::kClosed, Broken::kNoReader, Broken::kStuck,
                                       Broken::kStuckNow};
/// Those that fail at once, rather than make a writer wait.
inline constexpr std::array kFailing{Broken::kFull, Broken::kClosed, Broken::kNoReader};
std::string name_of(Broken how);

/// For Command::streams, as long as this lives.
class BrokenStream {
 public:
  explicit BrokenStream(Broken how);
  int fd() const { return how_ == Broken::kClosed ? -1 : writing_.get(); }

 private:
  Broken how_;
  UniqueFd reading_, writing_;
};

}  // namespace suite::test
