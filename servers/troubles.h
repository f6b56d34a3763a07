// What workers have to tell whoever started the server, each thing once, however many of them meet it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace suite {

enum class Trouble : std::uint8_t {
  kLogLosesLines,  // the access log's file does not take them
  kLogStays,       // its file cannot be reopened: the old one stays in use
};
inline constexpr std::size_t kTroubles = 2;

/// Takes one line about a trouble that a worker has met. Called on any thread, as often as it is met; who
/// gets it sees to it that it is told once.
using OnTrouble = std::function<void(Trouble, std::string_view)>;

/// Which troubles have been told. All workers share it, in memory that processes may share: zero bytes are
/// one that told nothing. Any thread.
class ToldTroubles {
 public:
  /// Whether this is the first time since SIGHUP number `hangups`, which gives a server the chance to mend
  /// it.
  bool is_first(Trouble trouble, std::uint32_t hangups) {
    std::atomic<std::uint32_t>& told = told_[static_cast<std::size_t>(trouble)];
    std::uint32_t before = told.load();
    while (before < hangups + 1) {
      if (told.compare_exchange_weak(before, hangups + 1)) return true;
    }
    return false;
  }

 private:
  std::array<std::atomic<std::uint32_t>, kTroubles> told_{};  // 1 + the number of the hang-up; 0: never
};

}  // namespace suite
