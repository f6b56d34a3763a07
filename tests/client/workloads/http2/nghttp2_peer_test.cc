// Conversations of ours with sessions of libnghttp2's, in memory.
#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <cstring>
#include <map>
#include <random>

#include "tests/client/workloads/http2/http2_fixture.h"

namespace suite {
namespace {

using test::kId;

/// A server that answers each request with its own body, after as many turns as it likes.
class Nghttp2Server {
 public:
  explicit Nghttp2Server(unsigned seed) : random_(seed) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &on_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &on_data);
    nghttp2_session_callbacks_set_select_padding_callback(callbacks, &pad);
    nghttp2_session_server_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1 + pick(6)},
                                               {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, pick(3) * 2048},
                                               {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 100 + pick(70'000)}};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  }
  Nghttp2Server(const Nghttp2Server&) = delete;
  Nghttp2Server& operator=(const Nghttp2Server&) = delete;
  ~Nghttp2Server() { nghttp2_session_del(session_); }

  void receive(std::string_view text) {
    const auto used =
        nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    ASSERT_EQ(used, static_cast<ssize_t>(text.size())) << nghttp2_strerror(static_cast<int>(used));
  }
  /// Answers some of those that wait, in any order.
  std::string turn() {
    while (!waiting_.empty() && pick(3) > 0) {
      const std::size_t which = pick(static_cast<unsigned>(waiting_.size()));
      answer(waiting_[which]);
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(which));
    }
    if (pick(5) == 0) nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr);
    std::string out;
    const std::uint8_t* data = nullptr;
    for (ssize_t size = nghttp2_session_mem_send(session_, &data); size > 0;
         size = nghttp2_session_mem_send(session_, &data)) {
      out.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    }
    return out;
  }
  bool is_idle() const { return waiting_.empty(); }
  std::uint64_t answered = 0, body_bytes = 0;

 private:
  static Nghttp2Server& self(void* data) { return *static_cast<Nghttp2Server*>(data); }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* data) {
    const bool of_request = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (of_request && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
      self(data).waiting_.push_back(frame->hd.stream_id);
    }
    return 0;
  }
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* bytes,
                     std::size_t size, void* data) {
    self(data).bodies_[stream].append(reinterpret_cast<const char*>(bytes), size);
    return 0;
  }
  static ssize_t pad(nghttp2_session*, const nghttp2_frame* frame, std::size_t most, void* data) {
    return static_cast<ssize_t>(std::min<std::size_t>(most, frame->hd.length + self(data).pick(9)));
  }
  static ssize_t read_body(nghttp2_session*, std::int32_t stream, std::uint8_t* bytes, std::size_t most,
                           std::uint32_t* flags, nghttp2_data_source*, void* data) {
    std::string& body = self(data).bodies_[stream];
    const std::size_t count = std::min(most, body.size());
    std::copy_n(body.data(), count, bytes);
    body.erase(0, count);
    if (body.empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }
  static nghttp2_nv field(const char* name, const std::string& value) {
    return {.name = reinterpret_cast<std::uint8_t*>(const_cast<char*>(name)),
            .value = reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())),
            .namelen = std::strlen(name),
            .valuelen = value.size(),
            .flags = NGHTTP2_NV_FLAG_NONE};
  }
  void answer(std::int32_t stream) {
    ++answered;
    const std::string status = "200", length = std::to_string(bodies_[stream].size()),
                      date = std::to_string(pick(4));
    body_bytes += bodies_[stream].size();
    const nghttp2_nv fields[] = {field(":status", status), field("date", date),
                                 field("content-length", length)};
    const nghttp2_data_provider body{.source = {}, .read_callback = &read_body};
    nghttp2_submit_response(session_, stream, fields, std::size(fields), &body);
  }

  std::mt19937 random_;
  nghttp2_session* session_ = nullptr;
  std::vector<std::int32_t> waiting_;
  std::map<std::int32_t, std::string> bodies_;
};

using Nghttp2PeerTest = test::Http2Fixture;

TEST_F(Nghttp2PeerTest, AgreesOnEveryRequestAndEveryByte) {
  verify_ = Verify::kFull;
  plan_.requests = {get("/"), post("small"), get("/x"), post(std::string(100'000, 'b')),
                    post(std::string(300, 'c'))};
  for (unsigned seed = 1; seed <= 6; ++seed) {
    Nghttp2Server server(seed);
    std::mt19937 random(seed);
    connect(4);
    std::vector<Ticket> free{0, 1, 2, 3};
    std::uint64_t issued = 0, answered = 0;
    constexpr std::uint64_t kRequests = 100;
    for (int turn = 0; answered < kRequests && turn < 20'000; ++turn) {
      std::vector<Ticket> tickets;
      while (!free.empty() && issued < kRequests && tickets.size() < workload_->room(kId)) {
        tickets.push_back(free.back());
        free.pop_back();
        ++issued;
      }
      if (!tickets.empty()) issue(tickets);
      server.receive(send(1 + random() % 5000));
      std::string back = server.turn();
      while (!back.empty()) {
        const std::size_t size = 1 + random() % back.size();
        const Received received = receive(std::string_view(back).substr(0, size));
        ASSERT_EQ(received.fate, Fate::kGoesOn) << workload_->remark();
        for (const auto& outcome : received.outcomes) ASSERT_EQ(outcome, std::nullopt) << workload_->remark();
        answered += received.answered.size();
        free.insert(free.end(), received.answered.begin(), received.answered.end());
        back.erase(0, size);
      }
    }
    EXPECT_EQ(answered, kRequests) << seed;
    EXPECT_EQ(server.answered, kRequests);
    EXPECT_EQ(workload_->http_counts()->statuses[200], kRequests);
    EXPECT_EQ(workload_->http_counts()->body_bytes, server.body_bytes);
  }
}

}  // namespace
}  // namespace suite
