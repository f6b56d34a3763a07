// HTTP/2: requests as streams, and responses that may overtake each other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/workloads/http2/conversation.h"
#include "client/workloads/workload.h"

namespace suite {

/// A request is a stream, its ticket is the engine's. A wrong response, a stream that the server resets or
/// refuses are answers that are wrong; the connection goes on.
class Http2Workload final : public Workload {
 public:
  struct Options {
    std::size_t connections;
    std::uint64_t depth;
    Verify verify;
    ThreadPlace place = {};
    std::uint32_t last_stream = StreamTable::kLastId;  // a connection is reopened before it gets there
  };
  /// `plan` outlives it.
  Http2Workload(const Http2Plan& plan, const Options& options);

  bool has_tickets() const override { return true; }
  bool bounds_room() const override { return true; }
  std::uint64_t room(ConnectionId id) const override { return conversations_[id]->room(); }
  bool is_greeted(ConnectionId id) const override { return conversations_[id]->is_greeted(); }
  void restart(ConnectionId id, std::uint64_t unanswered) override {
    conversations_[id]->restart(unanswered);
  }
  void issue(ConnectionId, std::uint64_t) override {}  // comes with tickets
  void issue_tickets(ConnectionId id, std::span<const Ticket> tickets) override {
    conversations_[id]->issue(tickets);
  }
  std::span<const std::byte> unsent(ConnectionId id) const override { return conversations_[id]->unsent(); }
  bool sent(ConnectionId id, std::size_t count) override { return conversations_[id]->sent(count); }
  Appetite appetite(ConnectionId) const override { return {}; }
  Replies received(ConnectionId id, std::span<const std::byte> bytes, std::uint64_t most) override {
    return conversations_[id]->received(bytes, most);
  }
  Replies discarded(ConnectionId, std::uint64_t, std::uint64_t) override { return {}; }  // nothing is
  Replies ended(ConnectionId id) override { return conversations_[id]->ended(); }
  void begin_window() override;
  void end_window() override { window_counts_ = common_.counts; }

  const HttpCounts* http_counts() const override {
    return window_counts_ ? &*window_counts_ : &common_.counts;
  }
  std::string remark() const override { return common_.remark; }

 private:
  Http2Common common_;
  std::vector<std::unique_ptr<Http2Conversation>> conversations_;
  std::optional<HttpCounts> window_counts_;  // when it had ended
};

}  // namespace suite
