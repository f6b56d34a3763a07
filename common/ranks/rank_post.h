// What ranks tell each other, and how long one waits to hear it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/net/event_fd.h"
#include "common/ranks/communicator.h"

namespace suite {

/// What a letter is about. Rank 0 decides; the others answer.
enum class Word : char {
  // To rank 0:
  kHere = 'h',    // who I am and what I was asked for
  kReady = 'c',   // my connections have been tried
  kPong = 'o',    // what my clock says
  kResult = 'd',  // my document
  kFailed = 'f',  // I cannot go on, and why
  // From rank 0:
  kGo = 'g',     // all were asked for the same; which rank measures the server
  kRun = 'r',    // make a run
  kPing = 'p',   // what does your clock say?
  kStart = 's',  // the load begins then
  kEnd = 'e',    // it is over, with this exit code
};

struct Letter {
  std::size_t from = 0;
  Word word = Word::kEnd;
  std::string text;
};

/// Until when to wait. An interrupt ends it earlier, where one is given.
struct LetterWait {
  std::chrono::steady_clock::time_point until;
  const EventFd* interrupt = nullptr;
  /// The answer is due at once: spend the core on looking for it, for so long. Otherwise this thread sleeps
  /// between two looks, so that it costs those nothing that still measure on this machine.
  std::chrono::nanoseconds eager{};
};

/// Sends and receives. The communicator outlives it. One thread.
class RankPost {
 public:
  explicit RankPost(Communicator& ranks) : ranks_(ranks) {}

  std::size_t rank() const { return ranks_.rank(); }
  std::size_t size() const { return ranks_.size(); }
  bool leads() const { return rank() == 0; }

  void send(std::size_t to, Word word, std::string_view text = {});
  /// From rank 0 to all others.
  void send_all(Word word, std::string_view text = {});

  /// The next letter, whoever sent it; nothing where none came in time, or none can come (failure()).
  std::optional<Letter> next(const LetterWait& wait);
  /// Waits until all that was sent has left this process; false where it has not.
  bool flush(const LetterWait& wait);

  const std::optional<Error>& failure() const { return ranks_.failure(); }

  /// All ranks leave: waits for them.
  void finish() { ranks_.finish(); }
  /// Ends them all, with this exit code.
  void abort(int code) { ranks_.abort(code); }

 private:
  std::optional<Letter> poll();

  Communicator& ranks_;
  std::deque<Letter> kept_;  // arrived while nobody asked for letters
};

/// Numbers in letters: "17 -3".
std::string numbers_text(std::initializer_list<std::int64_t> numbers);
/// As many as there are at the beginning of the text.
std::vector<std::int64_t> numbers_of(std::string_view text);

}  // namespace suite
