#include "client/engine/starts.h"

namespace suite {

void Starts::push_by_ticket(const StartRun& run) {
  for (std::uint64_t i = 0; i < run.count; ++i) tickets_->add({.due = run.due, .sent = run.sent});
}

StartRun Starts::oldest() const {
  if (tickets_ == nullptr) return runs_.front();
  StartRun oldest{.due = {}, .sent = TimePoint::max(), .count = 1};
  for (const auto& start : tickets_->all()) {
    if (start && start->sent < oldest.sent) oldest = {.due = start->due, .sent = start->sent, .count = 1};
  }
  return oldest;
}

}  // namespace suite
