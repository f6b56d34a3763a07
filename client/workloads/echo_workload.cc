#include "client/workloads/echo_workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "client/workloads/reply_excerpt.h"
#include "common/base/units.h"

namespace suite {

EchoWorkload::EchoWorkload(const Payload& requests, const Payload& replies, PayloadShare share)
    : requests_(requests), replies_(replies), share_(share), conversations_(share.connections) {}

void EchoWorkload::restart(ConnectionId id, std::uint64_t) {
  longest_cut_ = std::max(longest_cut_, conversations_[id].part_received);
  const std::uint64_t number = share_.first_connection + id;
  conversations_[id] = {.sending = {.at = requests_.start_of(number), .unsent = 0},
                        .receive_at = replies_.start_of(number),
                        .outstanding = 0,
                        .part_received = 0};
}

void EchoWorkload::issue(ConnectionId id, std::uint64_t count) {
  conversations_[id].sending.unsent += count * requests_.message_size();
  conversations_[id].outstanding += count * replies_.message_size();
}

std::span<const std::byte> EchoWorkload::unsent(ConnectionId id) const {
  return conversations_[id].sending.next(requests_);
}

bool EchoWorkload::sent(ConnectionId id, std::size_t count) {
  return conversations_[id].sending.sent(requests_, count);
}

// How many of `bytes`, from the first on, are those expected. In pieces, so that what they are compared with
// stays in the nearest cache.
std::size_t EchoWorkload::count_correct(const Conversation& at, std::span<const std::byte> bytes) const {
  std::size_t offset = at.receive_at;
  for (std::size_t done = 0; done < bytes.size();) {
    const auto expected = replies_.at(offset, std::min(bytes.size() - done, replies_.whole_periods()));
    const auto arrived = bytes.subspan(done, expected.size());
    if (std::memcmp(arrived.data(), expected.data(), expected.size()) != 0) {
      const auto differing = std::ranges::mismatch(arrived, expected).in1;
      return done + static_cast<std::size_t>(differing - arrived.begin());
    }
    done += expected.size();
    offset = replies_.advance(offset, expected.size());
  }
  return bytes.size();
}

Appetite EchoWorkload::appetite(ConnectionId id) const {
  if (share_.verify == Verify::kFull) return {};
  const Conversation& at = conversations_[id];
  const std::uint64_t to_reply = replies_.message_size() - at.part_received;
  return {.discard = at.outstanding, .to_reply = std::min(at.outstanding, to_reply)};
}

Replies EchoWorkload::received(ConnectionId id, std::span<const std::byte> bytes, std::uint64_t most) {
  Conversation& at = conversations_[id];
  const std::size_t asked_for = std::min<std::uint64_t>(bytes.size(), at.outstanding);
  const std::size_t correct =
      share_.verify == Verify::kFull ? count_correct(at, bytes.first(asked_for)) : asked_for;
  const std::uint64_t part_before = at.part_received;
  const Replies replies = take(at, {.bytes = bytes.size(), .correct = correct}, most);
  if (replies.fate == Fate::kBroken) [[unlikely]]
    note_wrong(bytes, asked_for, correct, part_before);
  return replies;
}

Replies EchoWorkload::discarded(ConnectionId id, std::uint64_t count, std::uint64_t most) {
  Replies replies = take(conversations_[id], {.bytes = count, .correct = count}, most);
  replies.consumed = 0;  // no bytes were given
  return replies;
}

Replies EchoWorkload::take(Conversation& at, Arrived arrived, std::uint64_t most) const {
  const bool surplus = arrived.bytes > at.outstanding && share_.verify != Verify::kNone;
  const bool wrong = arrived.correct < std::min(arrived.bytes, at.outstanding);
  const std::uint64_t have = at.part_received + arrived.correct;
  std::uint64_t complete = have / replies_.message_size();
  at.part_received = have - complete * replies_.message_size();
  at.receive_at = replies_.advance(at.receive_at, arrived.correct);
  at.outstanding -= arrived.correct;
  // Bytes behind the last reply spoil that reply: it was longer than its request.
  if (surplus && !wrong && complete > 0) --complete;
  return {.consumed = arrived.bytes,
          .answered = std::min(complete, most),
          .fate = surplus || wrong ? Fate::kBroken : Fate::kGoesOn,
          .begun = at.part_received > 0};
}

// `part_before` is how much of a reply had come before these bytes.
void EchoWorkload::note_wrong(std::span<const std::byte> bytes, std::size_t asked_for, std::size_t correct,
                              std::uint64_t part_before) {
  answered_in_http_ |= begins_as_http(bytes);
  if (!first_wrong_.empty()) return;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::uint64_t size = replies_.message_size();
  if (correct == asked_for) {
    first_wrong_ = fmt::format("bytes came behind a reply of {}: {}", format_items(size, "byte"),
                               reply_excerpt(text.substr(asked_for)));
    return;
  }
  const std::uint64_t into = (part_before + correct) % size;  // of the reply that is wrong
  const std::size_t begin = correct - std::min<std::uint64_t>(correct, into);
  first_wrong_ = fmt::format("byte {} of a reply of {} was wrong: {}", into + 1, size,
                             reply_excerpt(text.substr(begin)));
}

std::string EchoWorkload::remark() const {
  if (!first_wrong_.empty()) return first_wrong_;
  std::uint64_t longest = longest_cut_;
  for (const Conversation& at : conversations_) longest = std::max(longest, at.part_received);
  if (longest == 0) return {};
  return fmt::format("a reply stopped after {} of its {}", format_count(longest),
                     format_items(replies_.message_size(), "byte"));
}

}  // namespace suite
