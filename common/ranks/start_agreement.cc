#include "common/ranks/start_agreement.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "common/base/units.h"

namespace suite {
namespace {

using std::chrono::nanoseconds;
using TimePoint = std::chrono::steady_clock::time_point;

// The first round trips wake the other rank up; of the later ones the shortest counts.
constexpr int kRoundTrips = 16;
constexpr std::chrono::milliseconds kEager{2};
// A rank that is descheduled for longer than this is late, and says so.
constexpr std::chrono::milliseconds kLead{10};
constexpr std::chrono::microseconds kLeadOfEachRank{50};

/// Rank 0's part.
class Leader {
 public:
  Leader(RankPost& post, const AgreementTerms& terms)
      : post_(post), terms_(terms), until_(std::chrono::steady_clock::now() + terms.patience) {}

  std::expected<AgreedStart, Error> agree() {
    std::vector<ClockOffset> offsets(post_.size());
    if (auto ready = wait_for_all(); !ready) return std::unexpected(std::move(ready.error()));
    nanoseconds slowest{};
    for (std::size_t rank = 1; rank < post_.size() && !is_interrupted(); ++rank) {
      const auto offset = measure(rank);
      if (!offset) return std::unexpected(offset.error());
      offsets[rank] = *offset;
      slowest = std::max(slowest, offset->bound);
    }
    return announce(offsets, slowest);
  }

 private:
  bool is_interrupted() const { return terms_.interrupt != nullptr && terms_.interrupt->is_set(); }

  std::expected<void, Error> wait_for_all() {
    std::vector<bool> ready(post_.size());
    ready[0] = true;
    while (std::ranges::find(ready, false) != ready.end() && !is_interrupted()) {
      const auto letter = next({});
      if (letter && letter->word == Word::kReady) ready[letter->from] = true;
      if (letter && letter->word == Word::kFailed) return failed(letter->from, letter->text);
      if (letter && letter->word == Word::kResult) return failed(letter->from, "it was interrupted");
      if (letter || is_interrupted()) continue;
      const auto missing = static_cast<std::size_t>(std::ranges::find(ready, false) - ready.begin());
      return failed(missing, "it was not ready in time");
    }
    return {};
  }

  std::expected<ClockOffset, Error> measure(std::size_t rank) {
    ClockOffsetEstimate estimate;
    for (int i = 0; i < kRoundTrips && !is_interrupted(); ++i) {
      const TimePoint sent = terms_.clock();
      post_.send(rank, Word::kPing);
      const auto letter = next(kEager);
      const TimePoint received = terms_.clock();
      if (letter && letter->word == Word::kFailed) return failed(letter->from, letter->text);
      if (!letter) break;
      if (const auto numbers = numbers_of(letter->text); letter->word == Word::kPong && numbers.size() == 1)
        estimate.add(sent, nanoseconds(numbers[0]), received);
    }
    if (estimate.best()) return *estimate.best();
    if (is_interrupted()) return ClockOffset{};
    return failed(rank, "it does not answer");
  }

  AgreedStart announce(const std::vector<ClockOffset>& offsets, nanoseconds slowest) {
    const TimePoint now = terms_.clock();
    const nanoseconds lead = kLead + kLeadOfEachRank * static_cast<std::int64_t>(post_.size()) + 4 * slowest;
    const TimePoint at = is_interrupted() ? now : now + lead;
    for (std::size_t rank = 1; rank < post_.size(); ++rank) {
      const ClockOffset& offset = offsets[rank];
      post_.send(rank, Word::kStart,
                 numbers_text({(at.time_since_epoch() + offset.value).count(), offset.value.count(),
                               offset.bound.count()}));
    }
    // What is sent leaves as somebody looks for what has arrived.
    post_.flush({.until = std::chrono::steady_clock::now() + lead / 2});
    return {.at = at, .offset = {}, .late = std::max(nanoseconds(0), nanoseconds(terms_.clock() - at))};
  }

  std::optional<Letter> next(nanoseconds eager) {
    return post_.next({.until = until_, .interrupt = terms_.interrupt, .eager = eager});
  }

  std::unexpected<Error> failed(std::size_t rank, std::string why) const {
    if (post_.failure()) return std::unexpected(*post_.failure());
    return std::unexpected(rank_error(rank, terms_.hosts, std::move(why)));
  }

  RankPost& post_;
  const AgreementTerms& terms_;
  TimePoint until_;
};

AgreedStart begin_now(const AgreementTerms& terms) { return {.at = terms.clock(), .offset = {}, .late = {}}; }

std::optional<AgreedStart> start_of(std::string_view text, const AgreementTerms& terms) {
  const auto numbers = numbers_of(text);
  if (numbers.size() != 3) return std::nullopt;
  const TimePoint at{nanoseconds(numbers[0])};
  return AgreedStart{.at = at,
                     .offset = {.value = nanoseconds(numbers[1]), .bound = nanoseconds(numbers[2])},
                     .late = std::max(nanoseconds(0), nanoseconds(terms.clock() - at))};
}

// What rank 0 says to one that is ready.
std::expected<AgreedStart, Error> follow(RankPost& post, const AgreementTerms& terms) {
  const auto until = std::chrono::steady_clock::now() + terms.patience;
  post.send(0, Word::kReady);
  nanoseconds eager{};
  while (const auto letter = post.next({.until = until, .interrupt = terms.interrupt, .eager = eager})) {
    if (letter->word == Word::kPing) {
      post.send(0, Word::kPong, numbers_text({terms.clock().time_since_epoch().count()}));
      eager = kEager;
    }
    if (letter->word == Word::kStart) {
      if (const auto start = start_of(letter->text, terms)) return *start;
    }
    if (letter->word == Word::kEnd)
      return std::unexpected(rank_error(0, terms.hosts, "it called the run off"));
  }
  if (terms.interrupt != nullptr && terms.interrupt->is_set()) return begin_now(terms);
  if (post.failure()) return std::unexpected(*post.failure());
  return std::unexpected(rank_error(0, terms.hosts, "it did not say when to start"));
}

}  // namespace

std::expected<AgreedStart, Error> agree_on_start(RankPost& post, const AgreementTerms& terms) {
  return post.leads() ? Leader(post, terms).agree() : follow(post, terms);
}

Error rank_error(std::size_t rank, const std::vector<std::string>& hosts, std::string why) {
  const std::string host = rank < hosts.size() ? fmt::format(" on {}", hosts[rank]) : "";
  return {.what = fmt::format("go on with rank {}{}", rank, host), .why = std::move(why), .advice = {}};
}

}  // namespace suite
