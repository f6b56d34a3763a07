// A workload of HTTP/2 with one connection, and what it sends.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/workloads/http2/http2_workload.h"
#include "tests/client/workloads/http2/http2_frames.h"
#include "tests/client/workloads/replies.h"

namespace suite::test {

class Http2Fixture : public testing::Test {
 protected:
  static Http2Plan::Request get(std::string path = "/") {
    return {
        .fields = {{":method", "GET"}, {":scheme", "http"}, {":path", std::move(path)}, {":authority", "h"}}};
  }
  static Http2Plan::Request post(std::string body) {
    return {.fields = {{":method", "POST"},
                       {":scheme", "http"},
                       {":path", "/"},
                       {":authority", "h"},
                       {"content-length", std::to_string(body.size())}},
            .body = body};
  }

  /// A new one, whose connection is open; the server has said nothing.
  Http2Workload& connect(std::uint64_t depth = 8) {
    workload_.emplace(plan_,
                      Http2Workload::Options{
                          .connections = 1, .depth = depth, .verify = verify_, .last_stream = last_stream_});
    workload_->restart(kId, 0);
    return *workload_;
  }
  /// The same, and the server's SETTINGS have come; what was sent until then is taken.
  Http2Workload& begin(std::uint64_t depth = 8, std::initializer_list<http2::Setting> settings = {}) {
    connect(depth);
    receive(Http2Script().settings(settings));
    send();
    return *workload_;
  }
  void issue(std::vector<Ticket> tickets) { workload_->issue_tickets(kId, tickets); }

  /// Sends all there is, in pieces.
  std::string send(std::size_t piece = SIZE_MAX) {
    std::string text;
    for (auto next = workload_->unsent(kId); !next.empty(); next = workload_->unsent(kId)) {
      next = next.first(std::min(next.size(), piece));
      text += text_in(next);
      const bool more = workload_->sent(kId, next.size());
      EXPECT_EQ(more, !workload_->unsent(kId).empty());
    }
    return text;
  }
  std::vector<Http2Frame> send_frames() { return frames_in(send()); }
  /// Of those that are HEADERS.
  std::vector<std::uint32_t> streams_sent() {
    std::vector<std::uint32_t> streams;
    for (const Http2Frame& frame : send_frames()) {
      if (frame.header.type == http2::FrameType::kHeaders) streams.push_back(frame.header.stream);
    }
    return streams;
  }

  /// What came of some bytes, over as many calls as it takes.
  struct Received {
    std::vector<Ticket> answered, begun;
    std::vector<std::optional<ErrorKind>> outcomes;  // of `answered`
    Fate fate = Fate::kGoesOn;

    friend bool operator==(const Received&, const Received&) = default;
  };
  Received receive(std::string_view text) {
    Received all;
    auto rest = bytes_in(text);
    bool more = true;
    while (more && all.fate == Fate::kGoesOn) {
      const Replies replies = workload_->received(kId, rest, kAny);
      note(replies, all);
      rest = rest.subspan(replies.consumed);
      more = replies.more || !rest.empty();
    }
    return all;
  }
  Received receive(const Http2Script& script) { return receive(script.text()); }
  static void note(const Replies& replies, Received& all) {
    ASSERT_NE(replies.overtaking, nullptr);
    ASSERT_EQ(replies.answered, replies.overtaking->answered.size());
    for (const Ticket ticket : replies.overtaking->answered) {
      all.answered.push_back(ticket);
      all.outcomes.push_back(replies.wrong);
    }
    for (const Ticket ticket : replies.overtaking->begun) all.begun.push_back(ticket);
    all.fate = replies.fate;
  }

  Http2Plan plan_{.requests = {get()}};
  Verify verify_ = Verify::kLength;
  std::uint32_t last_stream_ = StreamTable::kLastId;
  std::optional<Http2Workload> workload_;
};

}  // namespace suite::test
