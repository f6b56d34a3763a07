// HTTP requests, and responses found where their framing says they end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/http/http_counts.h"
#include "client/http/status_set.h"
#include "client/load_plan.h"
#include "client/workloads/body_digest.h"
#include "client/workloads/request_tape.h"
#include "client/workloads/workload.h"
#include "common/http/known_head.h"
#include "common/http/response_parser.h"

namespace suite {

/// Each head is parsed and each body framed. Interim responses (1xx) are passed over; a response with another
/// status than those that are no error is answered and wrong, and the connection goes on. Bytes that nobody
/// asked for spoil the reply before them.
class HttpWorkload final : public Workload {
 public:
  struct Options {
    std::size_t connections;
    std::uint64_t depth;
    Verify verify;
  };
  /// `plan` outlives it.
  HttpWorkload(RequestTape tape, const HttpPlan& plan, Options options);

  void restart(ConnectionId id, std::uint64_t unanswered) override;
  void issue(ConnectionId id, std::uint64_t count) override;
  std::span<const std::byte> unsent(ConnectionId id) const override;
  bool sent(ConnectionId id, std::size_t count) override;
  Appetite appetite(ConnectionId id) const override;
  Replies received(ConnectionId id, std::span<const std::byte> bytes, std::uint64_t most) override;
  Replies discarded(ConnectionId id, std::uint64_t count, std::uint64_t most) override;
  Replies ended(ConnectionId id) override;
  void begin_window() override { counts_ = {.server = std::move(counts_.server)}; }
  void end_window() override { window_counts_ = counts_; }

  /// Of the window, as far as it went.
  const HttpCounts& counts() const { return window_counts_ ? *window_counts_ : counts_; }
  const HttpCounts* http_counts() const override { return &counts(); }
  std::string remark() const override { return first_malformed_; }

 private:
  using Outcome = std::optional<ErrorKind>;

  /// One connection. Requests are counted on and on; number i stands at places_[i modulo the capacity]. What
  /// each reply touches stands together, in two cache lines.
  struct alignas(64) Conversation {
    std::uint32_t* places;     // on the tape, of the requests in flight
    std::uint64_t oldest = 0;  // of those that are unanswered
    std::uint64_t next_to_send = 0;
    std::uint64_t end = 0;
    std::size_t part_sent = 0;          // bytes of the next one to send
    std::uint64_t body_bytes = 0;       // of the response that has begun
    std::uint64_t previous_length = 0;  // of the response before
    bool closing = false;               // the latest reply was the connection's last
    bool interim = false;               // a 1xx response has come in place of the one that counts
    std::optional<Outcome> held_back;   // of a complete reply that was not yet told
    ResponseParser parser;
    BodyDigest digest;  // of the response that has begun, where bodies are compared
  };

  enum class Malformed : std::uint8_t { kNoResponse, kNotAskedFor };

  std::uint32_t& place(Conversation& at, std::uint64_t number) const { return at.places[number & mask_]; }
  std::uint32_t place(const Conversation& at, std::uint64_t number) const {
    return at.places[number & mask_];
  }
  Replies take_replies(Conversation& at, std::string_view bytes, std::uint64_t most);
  void note_malformed(std::string_view from, Malformed how);
  bool is_head(const Conversation& at) const;
  void take_body(Conversation& at, std::string_view body);
  Outcome finish_reply(Conversation& at);
  Outcome outcome_of(const Conversation& at);

  RequestTape tape_;
  const HttpPlan& plan_;
  Verify verify_;
  std::uint64_t mask_;
  std::vector<std::uint32_t> places_;
  std::vector<Conversation> conversations_;
  KnownHead known_head_;
  bool has_heads_among_others_;
  std::uint32_t next_place_ = 0;  // of the next request to be issued, on whichever connection
  std::vector<std::optional<BodyDigest>> first_bodies_;  // by URL; empty where nobody compares
  std::string first_malformed_;                          // in words; empty: none was
  HttpCounts counts_;
  std::optional<HttpCounts> window_counts_;  // when it had ended
};

}  // namespace suite
