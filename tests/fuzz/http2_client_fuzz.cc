// A client's end of HTTP/2: it takes the same replies out of a server's bytes wherever they are cut, each
// once, and those that libnghttp2 takes.
#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/workloads/http2/http2_workload.h"
#include "tests/fuzz/http2_input.h"
#include "tests/fuzz/targets.h"

namespace suite::fuzz {
namespace {

constexpr std::size_t kAsked = 4;

Http2Plan plan_of_requests() {
  const auto request = [](std::string method, std::string body) {
    Http2Plan::Request made{
        .fields = {{":method", method}, {":scheme", "http"}, {":path", "/"}, {":authority", "h"}},
        .body = std::move(body),
        .to_head = method == "HEAD"};
    if (!made.body.empty()) made.fields.emplace_back("content-length", std::to_string(made.body.size()));
    return made;
  };
  return {.requests = {request("GET", ""), request("POST", std::string(70'000, 'b')), request("HEAD", ""),
                       request("GET", "")}};
}

/// One conversation: four requests that are out, and what came of them.
class Asking {
 public:
  explicit Asking(const Http2Plan& plan)
      : workload_(plan, {.connections = 1, .depth = kAsked, .verify = Verify::kLength}) {
    workload_.restart(0, 0);
    take(std::string_view("\0\0\0\4\0\0\0\0\0", 9));
    std::array<Ticket, kAsked> tickets{};
    std::iota(tickets.begin(), tickets.end(), Ticket{0});
    workload_.issue_tickets(0, tickets);
    send_all();
  }

  bool take(std::string_view piece) {
    auto rest = std::as_bytes(std::span(piece));
    bool more = true;
    while (more && fate == Fate::kGoesOn) {
      const Replies replies = workload_.received(0, rest, UINT64_MAX);
      require(replies.consumed <= rest.size(), "no more is consumed than there is");
      rest = rest.subspan(replies.consumed);
      note(replies);
      more = replies.more || !rest.empty();
    }
    if (fate == Fate::kGoesOn) send_all();
    return fate == Fate::kGoesOn;
  }
  void end() {
    if (fate != Fate::kBroken) note(workload_.ended(0));
  }

  /// In the order in which they were answered.
  std::vector<std::pair<Ticket, std::optional<ErrorKind>>> answered;
  Fate fate = Fate::kGoesOn;

  /// How many replies had which status.
  std::map<unsigned, std::uint64_t> statuses() const {
    std::map<unsigned, std::uint64_t> all;
    const auto& counts = workload_.http_counts()->statuses;
    for (unsigned code = 0; code < counts.size(); ++code)
      if (counts[code] > 0) all[code] = counts[code];
    return all;
  }

 private:
  void note(const Replies& replies) {
    if (replies.overtaking == nullptr) return;
    require(replies.answered == replies.overtaking->answered.size(), "each reply names its request");
    for (const Ticket ticket : replies.overtaking->answered) {
      require(open_.erase(ticket) == 1, "each request is answered once");
      answered.emplace_back(ticket, replies.wrong);
    }
    for (const Ticket ticket : replies.overtaking->begun)
      require(open_.contains(ticket), "what begins is not over");
    fate = replies.fate;
  }
  // What is sent stays where it is until it is asked for again.
  void send_all() {
    std::uint64_t sent = 0;
    for (auto bytes = workload_.unsent(0); !bytes.empty(); bytes = workload_.unsent(0)) {
      sent += bytes.size();
      require(sent < 4'000'000, "what is sent ends");
      workload_.sent(0, bytes.size());
    }
  }

  Http2Workload workload_;
  std::set<Ticket> open_{0, 1, 2, 3};
};

/// libnghttp2 as the client, with the same requests.
class Nghttp2Replies : public Nghttp2End {
 public:
  explicit Nghttp2Replies(std::string_view text) {
    static nghttp2_session_callbacks* const callbacks = [] {
      nghttp2_session_callbacks* const made = watching_callbacks();
      nghttp2_session_callbacks_set_on_header_callback(made, &on_header);
      nghttp2_session_callbacks_set_on_stream_close_callback(made, &on_close);
      return made;
    }();
    nghttp2_session* session = nullptr;
    nghttp2_session_client_new(&session, callbacks, user());
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, nullptr, 0);
    for (const char* method : {"GET", "POST", "HEAD", "GET"}) ask(*session, method);
    fuzz::send_all(*session);
    take(*session, std::string("\0\0\0\4\0\0\0\0\0", 9) + std::string(text));
    nghttp2_session_del(session);
  }

  std::map<std::uint32_t, unsigned> closed;  // without an error: the status, by the stream

 private:
  static Nghttp2Replies& self(void* user) {
    return static_cast<Nghttp2Replies&>(*static_cast<Nghttp2End*>(user));
  }
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                       void* user) {
    if (std::string_view(reinterpret_cast<const char*>(name), name_size) != ":status" || value_size != 3)
      return 0;
    const std::string text(reinterpret_cast<const char*>(value), value_size);
    self(user).status_[static_cast<std::uint32_t>(frame->hd.stream_id)] =
        static_cast<unsigned>(std::atoi(text.c_str()));
    return 0;
  }
  static int on_close(nghttp2_session*, std::int32_t stream, std::uint32_t error, void* user) {
    const auto id = static_cast<std::uint32_t>(stream);
    if (error == 0) self(user).closed[id] = self(user).status_[id];
    return 0;
  }
  static void ask(nghttp2_session& session, const char* method) {
    const auto field = [](std::string_view name, std::string_view value) {
      return nghttp2_nv{reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
                        reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(),
                        value.size(), NGHTTP2_NV_FLAG_NONE};
    };
    const std::array fields{field(":method", method), field(":scheme", "http"), field(":path", "/"),
                            field(":authority", "h")};
    nghttp2_submit_request(&session, nullptr, fields.data(), fields.size(), nullptr, nullptr);
  }

  std::map<std::uint32_t, unsigned> status_;
};

void check_replies(const Asking& ours, const Nghttp2Replies& theirs) {
  if (ours.fate == Fate::kBroken || theirs.failed) return;
  std::map<unsigned, std::uint64_t> statuses;
  for (const auto& [ticket, wrong] : ours.answered) {
    if (wrong && *wrong != ErrorKind::kStatus) continue;
    const auto found = theirs.closed.find(2 * ticket + 1);
    require(found != theirs.closed.end(), "what ours takes for whole is whole");
    ++statuses[found->second];
  }
  require(ours.statuses() == statuses, "both read the same statuses");
}

}  // namespace

void http2_client(Input input) {
  static const Http2Plan plan = plan_of_requests();
  const Cuts cuts{.first = input.number(), .step = input.number()};
  const bool is_framed = (input.number() & 1) != 0;
  const std::string text = is_framed ? framed(input.text()) : std::string(input.text());
  Asking whole(plan), cut(plan);
  in_pieces(text, kWhole, [&](std::string_view piece) { return whole.take(piece); });
  in_pieces(text, cuts, [&](std::string_view piece) { return cut.take(piece); });
  require(cut.answered == whole.answered, "the same replies, wherever they are cut");
  // A connection that is over is closed at once, whatever the server has sent behind.
  if (cut.fate != Fate::kOver) require(cut.fate == whole.fate, "... and the same end");
  check_replies(whole, Nghttp2Replies(text));
  whole.end();
}

}  // namespace suite::fuzz
