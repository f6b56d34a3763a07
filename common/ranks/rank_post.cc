#include "common/ranks/rank_post.h"

#include <poll.h>
#include <sched.h>

#include <charconv>
#include <utility>

namespace suite {
namespace {

using Clock = std::chrono::steady_clock;

// Between two looks. A thousand looks a second are a fraction of a per cent of a core.
constexpr std::chrono::milliseconds kNap{1};

void nap(const EventFd* interrupt) {
  pollfd waiting{.fd = interrupt == nullptr ? -1 : interrupt->fd(), .events = POLLIN, .revents = 0};
  ::poll(&waiting, 1, static_cast<int>(kNap.count()));
}

}  // namespace

void RankPost::send(std::size_t to, Word word, std::string_view text) {
  std::string whole(1, static_cast<char>(word));
  whole += text;
  ranks_.send(to, std::move(whole));
}

void RankPost::send_all(Word word, std::string_view text) {
  for (std::size_t to = 1; to < size(); ++to) send(to, word, text);
}

std::optional<Letter> RankPost::poll() {
  auto message = ranks_.poll();
  if (!message || message->text.empty()) return std::nullopt;
  return Letter{.from = message->from,
                .word = static_cast<Word>(message->text.front()),
                .text = message->text.substr(1)};
}

std::optional<Letter> RankPost::next(const LetterWait& wait) {
  const auto eager_until = Clock::now() + wait.eager;
  if (!kept_.empty()) {
    Letter letter = std::move(kept_.front());
    kept_.pop_front();
    return letter;
  }
  while (true) {
    if (auto letter = poll()) return letter;
    const auto now = Clock::now();
    if (failure() || now >= wait.until) return std::nullopt;
    if (wait.interrupt != nullptr && wait.interrupt->is_set()) return std::nullopt;
    if (now < eager_until) {
      ::sched_yield();
    } else {
      nap(wait.interrupt);
    }
  }
}

bool RankPost::flush(const LetterWait& wait) {
  while (ranks_.is_sending() && !failure() && Clock::now() < wait.until) {
    if (auto letter = poll()) {
      kept_.push_back(*std::move(letter));
    } else {
      nap(nullptr);
    }
  }
  return !ranks_.is_sending();
}

std::string numbers_text(std::initializer_list<std::int64_t> numbers) {
  std::string text;
  for (const std::int64_t number : numbers) text += (text.empty() ? "" : " ") + std::to_string(number);
  return text;
}

std::vector<std::int64_t> numbers_of(std::string_view text) {
  std::vector<std::int64_t> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    std::int64_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc()) break;
    numbers.push_back(number);
    at = next;
    if (at != end && *at == ' ') ++at;
  }
  return numbers;
}

}  // namespace suite
