#include "client/workloads/http_workload.h"

#include <fmt/format.h>

#include <bit>
#include <utility>

#include "client/workloads/reply_excerpt.h"

namespace suite {
namespace {

// After a body of this length the next one is worth being discarded in the kernel: only its head is read.
constexpr std::uint64_t kLongBody = 64 * 1024;
constexpr std::size_t kHeadRead = 4 * 1024;

}  // namespace

HttpWorkload::HttpWorkload(RequestTape tape, const HttpPlan& plan, Options options)
    : tape_(std::move(tape)),
      plan_(plan),
      verify_(options.verify),
      mask_(std::bit_ceil(options.depth) - 1),
      places_((mask_ + 1) * options.connections),
      conversations_(options.connections),
      has_heads_among_others_(!plan.heads.empty()),
      first_bodies_(options.verify == Verify::kFull ? plan.requests.size() : 0) {
  for (std::size_t i = 0; i < conversations_.size(); ++i) {
    conversations_[i].places = places_.data() + i * (mask_ + 1);
  }
}

// --- Requests -------------------------------------------------------------------------------------------

void HttpWorkload::restart(ConnectionId id, std::uint64_t unanswered) {
  Conversation& at = conversations_[id];
  at.parser.restart(plan_.to_head);
  at.oldest = at.end - unanswered;
  at.next_to_send = at.oldest;
  at.part_sent = 0;
  at.body_bytes = 0;
  at.digest = {};
  at.interim = false;
  at.closing = false;
  at.held_back.reset();
}

void HttpWorkload::issue(ConnectionId id, std::uint64_t count) {
  Conversation& at = conversations_[id];
  for (; count > 0; --count) {
    place(at, at.end++) = next_place_++;
    if (next_place_ == tape_.size()) next_place_ = 0;
  }
}

std::span<const std::byte> HttpWorkload::unsent(ConnectionId id) const {
  const Conversation& at = conversations_[id];
  if (at.next_to_send == at.end) return {};
  const std::uint32_t first = place(at, at.next_to_send);
  std::uint32_t count = 1;  // of those that follow each other on the tape
  while (at.next_to_send + count < at.end && place(at, at.next_to_send + count) == first + count) ++count;
  return tape_.bytes(first, count).subspan(at.part_sent);
}

bool HttpWorkload::sent(ConnectionId id, std::size_t count) {
  Conversation& at = conversations_[id];
  at.part_sent += count;
  while (at.part_sent > 0) {
    const std::size_t size = tape_.bytes_at(place(at, at.next_to_send));
    if (at.part_sent < size) return true;
    at.part_sent -= size;
    ++at.next_to_send;
  }
  return at.next_to_send != at.end;
}

// --- Responses ------------------------------------------------------------------------------------------

Appetite HttpWorkload::appetite(ConnectionId id) const {
  const Conversation& at = conversations_[id];
  if (verify_ == Verify::kFull) return {};
  if (!at.parser.at_start()) {
    const std::uint64_t discard = at.parser.certain_body();
    return {.discard = discard, .to_reply = discard};
  }
  // Chunks are not worth it: their ends would have to be looked for one by one.
  const bool long_body_next = at.previous_length >= kLongBody && at.parser.head().has_length;
  return {.read = long_body_next ? kHeadRead : SIZE_MAX};
}

Replies HttpWorkload::received(ConnectionId id, std::span<const std::byte> bytes, std::uint64_t most) {
  return take_replies(conversations_[id], {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, most);
}

Replies HttpWorkload::discarded(ConnectionId id, std::uint64_t count, std::uint64_t most) {
  Conversation& at = conversations_[id];
  at.parser.skip(count);
  at.body_bytes += count;
  counts_.body_bytes += count;
  return take_replies(at, {}, most);
}

Replies HttpWorkload::ended(ConnectionId id) {
  Conversation& at = conversations_[id];
  if (at.oldest == at.end || !at.parser.ends_with_connection()) return {};
  return {.answered = 1, .wrong = finish_reply(at), .fate = Fate::kServerCloses};
}

// Replies up to the first of another outcome. That one is held back: it cannot be told by the same count.
Replies HttpWorkload::take_replies(Conversation& at, std::string_view bytes, std::uint64_t most) {
  using Event = ResponseParser::Event;
  Replies replies;
  std::string_view rest = bytes;
  const auto told = [&] {
    replies.consumed = bytes.size() - rest.size();
    replies.begun = at.interim || !at.parser.at_start();
    if (at.closing && !replies.more) replies.fate = Fate::kServerCloses;
    return replies;
  };
  const auto broken = [&](Malformed how) {
    note_malformed(rest.empty() ? bytes : rest, how);
    replies.fate = Fate::kBroken;
    replies.broken_by = ErrorKind::kMalformed;
    return told();
  };
  if (at.held_back) {
    replies.answered = 1;
    replies.wrong = *std::exchange(at.held_back, std::nullopt);
  }
  while (replies.answered < most && !at.closing) {
    if (at.oldest == at.end) {  // nobody asked for what may be left
      at.parser.skip_empty_lines(rest);
      if (!rest.empty() && verify_ != Verify::kNone) return broken(Malformed::kNotAskedFor);
      rest = {};
      return told();
    }
    if (has_heads_among_others_ && at.parser.at_start()) at.parser.expect(is_head(at));
    const ResponseParser::Step step = at.parser.next(rest, known_head_);
    rest.remove_prefix(step.consumed);
    switch (step.event) {
      case Event::kNeedMore:
        return told();
      case Event::kMalformed:
        return broken(Malformed::kNoResponse);
      case Event::kInterim:
        at.interim = true;
        continue;
      case Event::kHead:
        if (counts_.server.empty()) counts_.server = at.parser.server();
        continue;
      case Event::kBody:
        take_body(at, step.body);
        continue;
      case Event::kWhole:
        take_body(at, step.body);
        break;
      case Event::kComplete:
        break;
    }
    const bool last = !persists(at.parser.head());
    // A reply with bytes behind it that nobody asked for is longer than it says, but for empty lines.
    const bool is_last_asked_for = last || at.oldest + 1 == at.end;
    if (is_last_asked_for && !rest.empty()) at.parser.skip_empty_lines(rest);
    const bool surplus = is_last_asked_for && !rest.empty();
    if (surplus && verify_ != Verify::kNone) return broken(Malformed::kNotAskedFor);
    if (surplus) rest = {};
    at.closing = last;
    const Outcome outcome = finish_reply(at);
    if (replies.answered > 0 && outcome != replies.wrong) {
      at.held_back = outcome;
      replies.more = true;
      return told();
    }
    replies.wrong = outcome;
    ++replies.answered;
    if (rest.empty()) break;
  }
  return told();
}

// `from` is what the parser stopped at, or what was too much.
void HttpWorkload::note_malformed(std::string_view from, Malformed how) {
  if (!first_malformed_.empty()) return;
  first_malformed_ =
      how == Malformed::kNotAskedFor
          ? fmt::format("bytes that nobody asked for came behind a reply: {}", reply_excerpt(from))
          : fmt::format("a reply is no HTTP/1.x response from here on: {}", reply_excerpt(from));
}

// Whether the oldest request is one.
bool HttpWorkload::is_head(const Conversation& at) const {
  return plan_.heads[tape_.url(place(at, at.oldest))];
}

void HttpWorkload::take_body(Conversation& at, std::string_view body) {
  at.body_bytes += body.size();
  counts_.body_bytes += body.size();
  if (verify_ == Verify::kFull) at.digest.add(body);
}

// The oldest request is answered: counts the response and makes room for the next.
HttpWorkload::Outcome HttpWorkload::finish_reply(Conversation& at) {
  const Outcome outcome = outcome_of(at);
  const ResponseHead& head = at.parser.head();
  ++counts_.statuses[head.status];
  if (persists(head) && !at.parser.ends_with_connection()) ++counts_.kept_alive;
  if (!counts_.first_length) counts_.first_length = at.body_bytes;
  if (at.body_bytes != *counts_.first_length) ++counts_.other_lengths;
  ++at.oldest;
  at.previous_length = at.body_bytes;
  at.body_bytes = 0;
  if (verify_ == Verify::kFull) at.digest = {};
  at.interim = false;
  return outcome;
}

HttpWorkload::Outcome HttpWorkload::outcome_of(const Conversation& at) {
  if (!plan_.ok.test(at.parser.head().status)) return ErrorKind::kStatus;
  if (verify_ != Verify::kFull) return std::nullopt;
  auto& first = first_bodies_[tape_.url(place(at, at.oldest))];
  if (!first) first = at.digest;
  const bool same = first->length() == at.digest.length() && first->hash() == at.digest.hash();
  return same ? Outcome() : ErrorKind::kMismatch;
}

}  // namespace suite
