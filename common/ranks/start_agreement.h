// One instant at which all ranks begin, by clocks that differ.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "common/base/error.h"
#include "common/ranks/clock_offset.h"
#include "common/ranks/rank_post.h"

namespace suite {

/// What was agreed on, for one rank.
struct AgreedStart {
  std::chrono::steady_clock::time_point at;  // by this rank's clock
  ClockOffset offset;                        // of this rank's clock from rank 0's; nothing for rank 0 itself
  std::chrono::nanoseconds late{};           // it was known only so long after it had passed
};

/// The steady clock, or a test's own.
using ReadClock = std::function<std::chrono::steady_clock::time_point()>;

struct AgreementTerms {
  std::vector<std::string> hosts;       // of all ranks, for messages
  std::chrono::nanoseconds patience{};  // with ranks that are not ready
  const EventFd* interrupt = nullptr;   // ends it: everybody begins at once, to end at once
  ReadClock clock = &std::chrono::steady_clock::now;
};

/// To be called by all ranks, when each is ready; returns when all are. Rank 0 measures how far the others'
/// clocks are apart from its own, chooses an instant soon enough and far enough ahead for the message to
/// arrive, and gives each rank that instant by the rank's own clock. The Error: another rank failed, or did
/// not get ready in time.
std::expected<AgreedStart, Error> agree_on_start(RankPost& post, const AgreementTerms& terms);

/// What is said of a rank that does not answer, or fails.
Error rank_error(std::size_t rank, const std::vector<std::string>& hosts, std::string why);

}  // namespace suite
