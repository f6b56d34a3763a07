#include "cmd/load/rank_follow.h"

#include <chrono>
#include <optional>
#include <string_view>

#include "cmd/cli/exit_code.h"
#include "cmd/load/rank_runs.h"

namespace suite {
namespace {

using Clock = std::chrono::steady_clock;

// A launcher that ends a job kills what is left of it about a second after SIGTERM.
constexpr std::chrono::milliseconds kPatienceForTheEnd{500};

/// A rank that follows.
class Follower {
 public:
  Follower(RankPost& post, const LoadOptions* options, const EventFd& interrupt)
      : post_(post), options_(options), interrupt_(interrupt) {}

  int follow() {
    while (const auto letter = next()) {
      if (letter->word == Word::kEnd) {
        post_.finish();
        return kExitOk;
      }
      if (letter->word == Word::kGo && options_ != nullptr) begin(letter->text);
      if (letter->word == Word::kRun && runs_) run(letter->text);
    }
    return kExitFailed;
  }

 private:
  // Rank 0 may still measure, or wait for who reads its output: the launcher sees to it that it lives.
  std::optional<Letter> next() {
    if (auto letter = post_.next({.until = Clock::time_point::max(), .interrupt = &interrupt_}))
      return letter;
    if (post_.failure()) return std::nullopt;
    return post_.next({.until = Clock::now() + kPatienceForTheEnd});
  }

  void begin(std::string_view server) {
    const auto numbers = numbers_of(server);
    const bool measures = !numbers.empty() && static_cast<std::size_t>(numbers[0]) == post_.rank();
    runs_.emplace(RankRuns::Terms{.options = *options_, .measures_server = measures}, post_, interrupt_);
  }

  void run(std::string_view which) {
    const auto found = runs_->run(plan_of_run(options_->settings.plan, which));
    if (found) {
      post_.send(0, Word::kResult, *found);
    } else {
      post_.send(0, Word::kFailed, found.error().one_line());
    }
  }

  RankPost& post_;
  const LoadOptions* options_;
  const EventFd& interrupt_;
  std::optional<RankRuns> runs_;
};

}  // namespace

int follow_rank_zero(RankPost& post, const RankRoll& roll, const LoadOptions* options,
                     const EventFd& interrupt) {
  post.send(0, Word::kHere, roll_text(roll));
  return Follower(post, options, interrupt).follow();
}

}  // namespace suite
