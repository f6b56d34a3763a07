#include "client/search/rate_search.h"

#include <algorithm>
#include <cmath>

namespace suite {
namespace {

constexpr double kLargestGrowth = 16;  // a start may be wrong by orders of magnitude
constexpr double kLargestTolerance = 0.16;
constexpr int kFirstSteps = 3;  // those from a good start; overloading a server far more takes long to drain
constexpr int kVotesToBelieve = 2;  // of three

}  // namespace

RateSearch::RateSearch(Options options) : options_(options), next_(rounded(options.start)) {}

// Three digits, or whole where there are fewer.
double RateSearch::rounded(double rate) const {
  const double digit = std::max(1.0, std::pow(10, std::floor(std::log10(std::max(rate, 1.0))) - 2));
  return std::clamp(std::round(rate / digit) * digit, std::ceil(options_.least), options_.most);
}

std::optional<double> RateSearch::next() const { return end_ ? std::nullopt : std::optional(next_); }

RateSearch::Part RateSearch::part() const { return part_; }

void RateSearch::on_step(bool passed) {
  ++steps_;
  ++(passed ? tried_[next_].passed : tried_[next_].failed);
  if (part_ == Part::kConfirm) {
    on_vote(passed);
  } else {
    (passed ? low_ : high_) = next_;
  }
  if (!end_) choose_next();
  if (!end_ && steps_ >= kMostSteps) end_ = End::kOutOfSteps;
}

void RateSearch::choose_next() {
  part_ = Part::kBracket;
  if (!high_) return choose_beyond_low();
  if (!low_) return choose_below_high();
  const bool far_apart = *high_ > 2 * *low_;
  const double middle = rounded(far_apart ? std::sqrt(*low_ * *high_) : (*low_ + *high_) / 2);
  if (*high_ - *low_ > *low_ * tolerance_ && middle > *low_ && middle < *high_) {
    part_ = Part::kBisect;
    next_ = middle;
    return;
  }
  part_ = Part::kConfirm;
  next_ = low_votes_.passed < kVotesToBelieve ? *low_ : *high_;
}

void RateSearch::go_faster() {
  if (steps_ >= kFirstSteps) growth_ = std::min(growth_ * growth_, kLargestGrowth);
}

void RateSearch::choose_beyond_low() {
  if (*low_ >= options_.most) {
    end_ = End::kAllPassed;
    return;
  }
  next_ = std::max(rounded(*low_ * growth_), std::min(*low_ + 1, options_.most));
  go_faster();
}

void RateSearch::choose_below_high() {
  const double least = std::ceil(options_.least);
  if (*high_ <= least) {
    end_ = End::kNonePassed;
    return;
  }
  next_ = std::min(rounded(*high_ / growth_), std::max(*high_ - 1, least));
  go_faster();
}

// The lower end is voted on first, then the upper one, whose failure while bisecting is its first vote.
void RateSearch::on_vote(bool passed) {
  const bool of_low = next_ == *low_;
  Votes& votes = of_low ? low_votes_ : high_votes_;
  ++(passed ? votes.passed : votes.failed);
  if (of_low) {
    if (votes.failed >= kVotesToBelieve) refute(low_, high_);
    return;
  }
  if (votes.failed + 1 >= kVotesToBelieve) end_ = End::kFound;
  if (votes.passed >= kVotesToBelieve) refute(high_, low_);
}

void RateSearch::refute(std::optional<double>& end, std::optional<double>& becomes) {
  becomes = end;
  end.reset();
  low_votes_ = high_votes_ = {};
  growth_ = 1 + 2 * tolerance_;
  tolerance_ = std::min(2 * tolerance_, kLargestTolerance);
}

std::optional<double> RateSearch::low() const {
  if (low_) return low_;
  std::optional<double> highest;
  for (const auto& [rate, votes] : tried_) {
    if (votes.passed > votes.failed && (!high_ || rate < *high_)) highest = rate;
  }
  return highest;
}

}  // namespace suite
