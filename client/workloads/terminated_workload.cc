#include "client/workloads/terminated_workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "client/workloads/reply_excerpt.h"
#include "common/base/units.h"

namespace suite {

TerminatedWorkload::TerminatedWorkload(const Payload& payload, const Terminator& terminator,
                                       PayloadShare share)
    : payload_(payload), terminator_(terminator), share_(share), conversations_(share.connections) {}

void TerminatedWorkload::restart(ConnectionId id, std::uint64_t) {
  longest_cut_ = std::max(longest_cut_, conversations_[id].part_received);
  conversations_[id] = {.sending = {.at = payload_.start_of(share_.first_connection + id), .unsent = 0},
                        .outstanding = 0,
                        .part_received = 0,
                        .matched = 0};
}

void TerminatedWorkload::issue(ConnectionId id, std::uint64_t count) {
  conversations_[id].sending.unsent += count * payload_.message_size();
  conversations_[id].outstanding += count;
}

std::span<const std::byte> TerminatedWorkload::unsent(ConnectionId id) const {
  return conversations_[id].sending.next(payload_);
}

bool TerminatedWorkload::sent(ConnectionId id, std::size_t count) {
  return conversations_[id].sending.sent(payload_, count);
}

Replies TerminatedWorkload::received(ConnectionId id, std::span<const std::byte> bytes, std::uint64_t most) {
  Conversation& at = conversations_[id];
  std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::uint64_t complete = 0;
  while (at.outstanding > 0) {
    const std::size_t end = terminator_.find(rest, at.matched);
    if (end == std::string_view::npos) {
      at.part_received += rest.size();
      rest = {};
      break;
    }
    rest.remove_prefix(end);
    at.part_received = 0;
    --at.outstanding;
    ++complete;
  }
  const bool surplus = !rest.empty() && share_.verify != Verify::kNone;
  if (surplus) {
    if (surplus_.empty()) surplus_ = reply_excerpt(rest);
    answered_in_http_ |= begins_as_http(bytes);
    if (complete > 0) --complete;  // that reply was longer than it should have been
  }
  return {.consumed = bytes.size(),
          .answered = std::min(complete, most),
          .fate = surplus ? Fate::kBroken : Fate::kGoesOn,
          .begun = at.part_received > 0};
}

std::string TerminatedWorkload::remark() const {
  if (!surplus_.empty()) return "bytes came behind the end of a reply: " + surplus_;
  std::uint64_t longest = longest_cut_;
  for (const Conversation& at : conversations_) longest = std::max(longest, at.part_received);
  if (longest == 0) return {};
  return fmt::format("a reply had {} and no end yet", format_items(longest, "byte"));
}

}  // namespace suite
