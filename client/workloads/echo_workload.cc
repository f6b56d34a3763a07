#include "client/workloads/echo_workload.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace suite {
namespace {

bool begins_as_http(std::span<const std::byte> bytes) {
  constexpr std::string_view kStatusLine = "HTTP/1.";
  return bytes.size() >= kStatusLine.size() &&
         std::memcmp(bytes.data(), kStatusLine.data(), kStatusLine.size()) == 0;
}

}  // namespace

EchoWorkload::EchoWorkload(const Payload& payload, Options options)
    : payload_(payload), options_(options), conversations_(options.connections) {}

void EchoWorkload::restart(ConnectionId id, std::uint64_t) {
  const std::size_t start = payload_.start_of(options_.first_connection + id);
  conversations_[id] = {
      .send_at = start, .receive_at = start, .unsent = 0, .outstanding = 0, .part_received = 0};
}

void EchoWorkload::issue(ConnectionId id, std::uint64_t count) {
  const std::uint64_t bytes = count * payload_.message_size();
  conversations_[id].unsent += bytes;
  conversations_[id].outstanding += bytes;
}

std::span<const std::byte> EchoWorkload::unsent(ConnectionId id) const {
  const Conversation& at = conversations_[id];
  return payload_.at(at.send_at, std::min<std::uint64_t>(at.unsent, Payload::kMaxChunk));
}

bool EchoWorkload::sent(ConnectionId id, std::size_t count) {
  Conversation& at = conversations_[id];
  at.send_at = payload_.advance(at.send_at, count);
  at.unsent -= count;
  return at.unsent > 0;
}

// How many of `bytes`, from the first on, are those expected. In pieces, so that what they are compared with
// stays in the nearest cache.
std::size_t EchoWorkload::count_correct(const Conversation& at, std::span<const std::byte> bytes) const {
  std::size_t offset = at.receive_at;
  for (std::size_t done = 0; done < bytes.size();) {
    const auto expected = payload_.at(offset, std::min(bytes.size() - done, payload_.whole_periods()));
    const auto arrived = bytes.subspan(done, expected.size());
    if (std::memcmp(arrived.data(), expected.data(), expected.size()) != 0) {
      const auto differing = std::ranges::mismatch(arrived, expected).in1;
      return done + static_cast<std::size_t>(differing - arrived.begin());
    }
    done += expected.size();
    offset = payload_.advance(offset, expected.size());
  }
  return bytes.size();
}

Appetite EchoWorkload::appetite(ConnectionId id) const {
  if (options_.verify == Verify::kFull) return {};
  const Conversation& at = conversations_[id];
  const std::uint64_t to_reply = payload_.message_size() - at.part_received;
  return {.discard = at.outstanding, .to_reply = std::min(at.outstanding, to_reply)};
}

Replies EchoWorkload::received(ConnectionId id, std::span<const std::byte> bytes, std::uint64_t most) {
  Conversation& at = conversations_[id];
  const std::size_t asked_for = std::min<std::uint64_t>(bytes.size(), at.outstanding);
  const std::size_t correct =
      options_.verify == Verify::kFull ? count_correct(at, bytes.first(asked_for)) : asked_for;
  const Replies replies = take(at, {.bytes = bytes.size(), .correct = correct}, most);
  if (replies.fate == Fate::kBroken) answered_in_http_ |= begins_as_http(bytes);
  return replies;
}

Replies EchoWorkload::discarded(ConnectionId id, std::uint64_t count, std::uint64_t most) {
  Replies replies = take(conversations_[id], {.bytes = count, .correct = count}, most);
  replies.consumed = 0;  // no bytes were given
  return replies;
}

Replies EchoWorkload::take(Conversation& at, Arrived arrived, std::uint64_t most) const {
  const bool surplus = arrived.bytes > at.outstanding && options_.verify != Verify::kNone;
  const bool wrong = arrived.correct < std::min(arrived.bytes, at.outstanding);
  const std::uint64_t have = at.part_received + arrived.correct;
  std::uint64_t complete = have / payload_.message_size();
  at.part_received = have - complete * payload_.message_size();
  at.receive_at = payload_.advance(at.receive_at, arrived.correct);
  at.outstanding -= arrived.correct;
  // Bytes behind the last reply spoil that reply: it was longer than its request.
  if (surplus && !wrong && complete > 0) --complete;
  return {.consumed = arrived.bytes,
          .answered = std::min(complete, most),
          .fate = surplus || wrong ? Fate::kBroken : Fate::kGoesOn,
          .begun = at.part_received > 0};
}

}  // namespace suite
