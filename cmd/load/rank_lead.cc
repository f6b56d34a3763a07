#include "cmd/load/rank_lead.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "cmd/cli/exit_code.h"
#include "cmd/load/rank_result.h"
#include "cmd/load/rank_runs.h"

namespace suite {
namespace {

using Clock = std::chrono::steady_clock;

// All have joined the job; each has read its command line, and looks for the server for as long as its
// --timeout.
constexpr std::chrono::minutes kPatienceWithRolls{5};
// With results, when rank 0's own window is over. Without a limit of time others may need longer for their
// requests.
constexpr std::chrono::seconds kPatienceWithResults{30};
constexpr std::chrono::hours kPatienceWithRequests{24};
// A launcher that ends a job kills what is left of it about a second after SIGTERM.
constexpr std::chrono::milliseconds kPatienceWhenInterrupted{400};
// Leaving takes all ranks.
constexpr std::chrono::seconds kPatienceAtEnd{5};

}  // namespace

/// The results of one run.
struct RankLead::Arrivals {
  std::vector<std::optional<RankResult>> results;
  std::vector<std::string> failures;  // by rank; empty: none was told

  explicit Arrivals(std::size_t ranks) : results(ranks), failures(ranks) {}
  bool all_there() const {
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (!results[i] && failures[i].empty()) return false;
    }
    return true;
  }
  bool any_missing() const {
    return std::ranges::any_of(results, [](const auto& one) { return !one; });
  }
};

std::optional<EarlyEnd> RankLead::muster(const RankRoll& own) {
  rolls_.resize(post_.size());
  rolls_[0] = own;
  std::vector<bool> here(post_.size());
  here[0] = true;
  const auto until = Clock::now() + kPatienceWithRolls;
  while (std::ranges::find(here, false) != here.end()) {
    const auto letter = post_.next({.until = until, .interrupt = &interrupt_});
    if (!letter) break;
    if (letter->word != Word::kHere) continue;
    auto roll = roll_of(letter->text);
    rolls_[letter->from] =
        roll ? *std::move(roll) : RankRoll{.host = "another host", .suite = "of another version"};
    here[letter->from] = true;
  }
  if (const auto absent = std::ranges::find(here, false); absent != here.end()) {
    lost_ = true;
    const auto rank = static_cast<std::size_t>(absent - here.begin());
    return EarlyEnd{.code = kExitFailed,
                    .text = fmt::format("suite load: rank {} is not heard of: nothing was measured\n", rank)};
  }
  if (auto why = why_ranks_differ(rolls_)) return why;
  hosts_ = hosts_of(rolls_);
  const auto server = rank_of_server(rolls_);
  measures_server_ = server == 0;
  post_.send_all(Word::kGo, server ? numbers_text({static_cast<std::int64_t>(*server)}) : "");
  return std::nullopt;
}

std::expected<LoadResult, Error> RankLead::run(const LoadOptions& options, const LoadPlan& plan) {
  if (!runs_)
    runs_.emplace(RankRuns::Terms{.options = options, .hosts = hosts_, .measures_server = measures_server_},
                  post_, interrupt_);
  post_.send_all(Word::kRun, run_text(plan));
  Arrivals arrived(post_.size());
  auto own = runs_->run(plan);
  if (!own) {
    lost_ = true;  // the others wait to begin, or go on without this rank
    return std::unexpected(std::move(own.error()));
  }
  arrived.results[0] = rank_result_of(*own);
  collect(plan, arrived);
  LoadResult sum = sum_of_ranks(arrived.results, hosts_);
  sum.connections_asked = plan.connections;
  if (arrived.any_missing()) {
    sum.failure = missing(arrived);
    sum.interrupted = true;
    lost_ = true;
  }
  return sum;
}

void RankLead::collect(const LoadPlan& plan, Arrivals& arrived) {
  const auto end =
      Clock::now() + (plan.duration ? plan.timeout + kPatienceWithResults : kPatienceWithRequests);
  std::optional<Clock::time_point> cut_short;
  while (!arrived.all_there()) {
    if (interrupt_.is_set() && !cut_short) cut_short = Clock::now() + kPatienceWhenInterrupted;
    const auto letter =
        post_.next({.until = cut_short.value_or(end), .interrupt = cut_short ? nullptr : &interrupt_});
    if (letter && letter->word == Word::kResult) arrived.results[letter->from] = rank_result_of(letter->text);
    if (letter && letter->word == Word::kFailed) arrived.failures[letter->from] = letter->text;
    const bool just_interrupted = interrupt_.is_set() && !cut_short;
    if (!letter && !just_interrupted) return;
  }
}

Error RankLead::missing(const Arrivals& arrived) const {
  std::vector<std::string> names;
  std::string why;
  for (std::size_t rank = 0; rank < arrived.results.size(); ++rank) {
    if (arrived.results[rank]) continue;
    names.push_back(rank_name(rank, hosts_[rank]));
    if (why.empty()) why = arrived.failures[rank];
  }
  return {
      .what = fmt::format("get the result of {}", fmt::join(names, ", ")),
      .why = why.empty() ? "it was not sent in time" : why,
      .advice =
          "what is printed is of the other ranks; with --json FILE each rank has its own in FILE.rankN, for "
          "suite merge"};
}

int RankLead::end(int code) {
  if (lost_ || post_.failure()) {
    post_.abort(code);
    return code;
  }
  post_.send_all(Word::kEnd);
  post_.flush({.until = Clock::now() + kPatienceAtEnd});
  post_.finish();
  return code;
}

}  // namespace suite
