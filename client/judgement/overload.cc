#include "client/judgement/overload.h"

#include <algorithm>
#include <chrono>

namespace suite {

// Of a random process as many are due as chance has it; and the last ones may be sent just after the end.
// Where a number of requests ended the window all of them were sent: how late the last one was tells.
std::optional<double> share_of_rate_reached(const LoadResult& result) {
  if (!result.rate || result.measured.count() <= 0) return std::nullopt;
  const RateResult& rate = *result.rate;
  const auto due = static_cast<double>(rate.due);
  const double missing = std::max(due - static_cast<double>(rate.sent),
                                  rate.asked * std::chrono::duration<double>(rate.behind).count());
  if (rate.shed == 0 && missing <= std::max(0.005 * due, 2.0)) return std::nullopt;
  return due > 0 ? std::clamp(1 - missing / due, 0.0, 1.0) : 0;
}

bool overloaded(const LoadResult& result) {
  constexpr double kNearly = 0.97;  // a stall near the end of a run takes that much as well
  const auto share = share_of_rate_reached(result);
  return share && *share < kNearly;
}

}  // namespace suite
