// Looks for the highest rate that still passes, knowing of a server only which of the rates it tried passed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

namespace suite {

/// Three parts. *Bracket*: from the start by growing factors, up while rates pass and down while they fail,
/// until one that passes stands below one that fails. *Bisect*: until both are `kTolerance` apart. *Confirm*:
/// the lower one has to pass two of three more runs, the upper one to fail again (or, having passed once, in
/// a third run). An end that does not is believed its other result, and the search moves beyond it: in small
/// steps at first, which grow as long as it goes the same way. A server's knee is noise as well, and a search
/// that believed every single run would report the luckiest one; where it is wide, no bracket that is narrow
/// can be confirmed, and each end that was refuted doubles the distance that is asked for. The number of runs
/// is bounded.
///
/// Rates are whole requests per second, of three digits. Knows no clock and no socket.
class RateSearch {
 public:
  static constexpr double kTolerance = 0.02;  // of the rate; where the knee is a clean one
  static constexpr int kUsualSteps = 12;      // bracket 2, bisect 6, confirm 3 or 4
  static constexpr int kMostSteps = 30;

  struct Options {
    double start = 1;    // the first rate tried
    double least = 1;    // no rate below is tried
    double most = 10e6;  // no rate above
  };
  explicit RateSearch(Options options);

  enum class Part : std::uint8_t { kBracket, kBisect, kConfirm };
  enum class End : std::uint8_t {
    kFound,       // low() passes and high() fails, both confirmed
    kNonePassed,  // not even the least rate does
    kAllPassed,   // the greatest rate does
    kOutOfSteps,  // low() and high() are the best known, not confirmed
  };

  /// The rate to try next; nothing when the search is over.
  std::optional<double> next() const;
  /// What next() is tried for.
  Part part() const;
  /// What came of next().
  void on_step(bool passed);

  /// Nothing while next() has a rate.
  std::optional<End> end() const { return end_; }
  /// The highest rate that passed and the lowest above it that failed, as far as they are known. One that
  /// both passed and failed did what it did more often.
  std::optional<double> low() const;
  std::optional<double> high() const { return high_; }

 private:
  struct Votes {
    int passed = 0, failed = 0;
  };

  void choose_next();
  void go_faster();
  void choose_beyond_low();
  void choose_below_high();
  void on_vote(bool passed);
  void refute(std::optional<double>& end, std::optional<double>& becomes);
  double rounded(double rate) const;

  Options options_;
  double tolerance_ = kTolerance;
  double growth_ = 2;  // factor of the next step beyond a known end
  std::optional<double> low_, high_;
  double next_;
  Part part_ = Part::kBracket;
  Votes low_votes_, high_votes_;   // of the confirming runs
  std::map<double, Votes> tried_;  // of all
  int steps_ = 0;
  std::optional<End> end_;
};

}  // namespace suite
