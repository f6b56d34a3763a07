// A protocol whose replies overtake each other, for tests of those who have to cope with that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "client/workloads/workload.h"

namespace suite::test {

/// Requests and replies are records of a stream's number, which goes on and on, and a word that a reply has
/// in common with its request. A record for no stream tells how many may be open. What is to be sent stands
/// in memory that is given back as soon as the contract allows.
class OvertakingWorkload final : public Workload {
 public:
  struct Record {
    std::uint32_t stream, word;
  };
  static constexpr std::uint32_t kNoStream = 0;
  static constexpr std::uint32_t kGoesAway = UINT32_MAX;    // in place of how many
  static constexpr std::uint32_t kIsOver = UINT32_MAX - 1;  // the same, and the client is to close

  explicit OvertakingWorkload(std::size_t connections, std::uint64_t room = UINT64_MAX)
      : conversations_(connections) {
    for (Conversation& at : conversations_) at.limit = room;
  }

  bool has_tickets() const override { return true; }
  bool bounds_room() const override { return true; }
  std::uint64_t room(ConnectionId id) const override {
    const Conversation& at = conversations_[id];
    return at.limit > at.streams.size() ? at.limit - at.streams.size() : 0;
  }
  // Those that are sent again keep their tickets, and get new streams.
  void restart(ConnectionId id, std::uint64_t unanswered) override {
    Conversation& at = conversations_[id];
    if (unanswered == 0) at.unanswered.clear();
    const auto before = std::exchange(at.streams, {});
    at.outgoing.clear();
    at.incoming.clear();
    for (const auto& [stream, ticket] : before) {
      if (at.unanswered.contains(ticket)) open_stream(at, ticket);
    }
  }
  void issue(ConnectionId, std::uint64_t) override {}
  void issue_tickets(ConnectionId id, std::span<const Ticket> tickets) override {
    for (const Ticket ticket : tickets) {
      most_tickets = std::max<std::uint64_t>(most_tickets, ticket + 1);
      open_stream(conversations_[id], ticket);
    }
  }
  std::span<const std::byte> unsent(ConnectionId id) const override {
    // In new memory each time: what was given before is gone now.
    given_ = std::make_unique<std::string>(conversations_[id].outgoing);
    return std::as_bytes(std::span(*given_));
  }
  bool sent(ConnectionId id, std::size_t count) override {
    std::string& outgoing = conversations_[id].outgoing;
    outgoing.erase(0, count);
    return !outgoing.empty();
  }
  Appetite appetite(ConnectionId) const override { return {}; }
  Replies received(ConnectionId id, std::span<const std::byte> bytes, std::uint64_t most) override {
    Conversation& at = conversations_[id];
    at.incoming.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    answered_.clear();
    begun_.clear();
    Replies replies{.consumed = bytes.size()};
    for (; at.incoming.size() >= sizeof(Record); at.incoming.erase(0, sizeof(Record))) {
      if (answered_.size() == most) {
        replies.more = true;
        break;
      }
      Record record{};
      std::memcpy(&record, at.incoming.data(), sizeof record);
      if (record.stream == kNoStream && record.word >= kIsOver) {
        replies.fate = record.word == kIsOver ? Fate::kOver : Fate::kServerCloses;
        break;
      }
      if (record.stream == kNoStream) {
        at.limit = record.word;
      } else if (!take(at, record)) {
        replies.fate = Fate::kBroken;
        break;
      }
    }
    note_begun(at);
    replies.begun = !begun_.empty();
    replies.answered = answered_.size();
    overtaking_ = {.answered = answered_, .begun = begun_};
    replies.overtaking = &overtaking_;
    return replies;
  }
  Replies discarded(ConnectionId, std::uint64_t, std::uint64_t) override { return {}; }

  std::uint64_t most_tickets = 0;

 private:
  struct Conversation {
    std::uint64_t limit = 0;
    std::uint32_t next_stream = 1;
    std::map<std::uint32_t, Ticket> streams;  // that are open
    std::map<Ticket, std::uint32_t> unanswered;
    std::string outgoing, incoming;
  };
  static std::uint32_t word_of(std::uint32_t stream) { return stream * 2654435761U; }

  static void open_stream(Conversation& at, Ticket ticket) {
    const Record record{.stream = at.next_stream++, .word = word_of(at.next_stream - 1)};
    at.streams[record.stream] = ticket;
    at.unanswered[ticket] = record.stream;
    at.outgoing.append(reinterpret_cast<const char*>(&record), sizeof record);
  }
  bool take(Conversation& at, const Record& record) {
    const auto found = at.streams.find(record.stream);
    if (found == at.streams.end() || record.word != word_of(record.stream)) return false;
    answered_.push_back(found->second);
    at.unanswered.erase(found->second);
    at.streams.erase(found);
    return true;
  }
  void note_begun(const Conversation& at) {
    std::uint32_t stream = kNoStream;
    if (at.incoming.size() < sizeof stream || at.incoming.size() >= sizeof(Record)) return;
    std::memcpy(&stream, at.incoming.data(), sizeof stream);
    const auto found = at.streams.find(stream);
    if (found != at.streams.end()) begun_.push_back(found->second);
  }

  std::vector<Conversation> conversations_;
  std::vector<Ticket> answered_, begun_;
  Overtaking overtaking_;
  mutable std::unique_ptr<std::string> given_;
};

}  // namespace suite::test
