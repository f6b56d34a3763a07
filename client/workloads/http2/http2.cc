#include "client/workloads/http2/http2.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/workloads/http2/http2_workload.h"
#include "common/http2/frame.h"
#include "common/http2/hpack.h"

namespace suite {
namespace {

using namespace http2;
using Bytes = std::vector<std::byte>;

constexpr std::string_view kPage = "answered in memory: there is no server\r\n";

void append_text(Bytes& out, std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  out.insert(out.end(), bytes.begin(), bytes.end());
}

/// Answers the frames of one send, which are whole: a conversation queues no other.
class CannedServer {
 public:
  explicit CannedServer(bool with_page) {
    append_literal(head_, ":status", with_page ? "200" : "204");
    append_literal(head_, "server", "null");
    if (with_page) page_ = kPage;
    if (with_page) append_literal(head_, "content-length", std::to_string(kPage.size()));
  }

  void answer(std::string_view text, Bytes& out) const {
    if (text.starts_with(kPreface)) {
      text.remove_prefix(kPreface.size());
      append_settings(out, {});
    }
    auto sent = std::as_bytes(std::span(text));
    while (sent.size() >= kFrameHeaderBytes) {
      const FrameHeader header = read_frame_header(sent.data());
      sent = sent.subspan(kFrameHeaderBytes + header.length);
      const bool of_request = header.type == FrameType::kHeaders || header.type == FrameType::kData;
      if (header.type == FrameType::kData && header.length > 0) {  // as much as came may come again
        append_window_update(out, 0, header.length);
        append_window_update(out, header.stream, header.length);
      }
      if (of_request && header.has(flag::kEndStream)) append_reply(out, header.stream);
    }
  }

 private:
  void append_reply(Bytes& out, std::uint32_t stream) const {
    append_frame_header(
        out, {.length = static_cast<std::uint32_t>(head_.size()),
              .type = FrameType::kHeaders,
              .flags = static_cast<std::uint8_t>(flag::kEndHeaders | (page_.empty() ? flag::kEndStream : 0)),
              .stream = stream});
    out.insert(out.end(), head_.begin(), head_.end());
    if (page_.empty()) return;
    append_frame_header(out, {.length = static_cast<std::uint32_t>(page_.size()),
                              .type = FrameType::kData,
                              .flags = flag::kEndStream,
                              .stream = stream});
    append_text(out, page_);
  }

  Bytes head_;
  std::string page_;
};

}  // namespace

std::expected<void, Error> check_http2() { return {}; }

std::unique_ptr<Workload> make_http2_workload(const Http2Plan& http2, const LoadPlan& plan,
                                              const WorkloadShare& share) {
  return std::make_unique<Http2Workload>(http2, Http2Workload::Options{.connections = share.connections,
                                                                       .depth = plan.depth,
                                                                       .verify = plan.verify,
                                                                       .place = share.place});
}

CannedReplies canned_http2(const Http2Plan& http2) {
  const bool has_heads =
      std::ranges::any_of(http2.requests, [](const Http2Plan::Request& request) { return request.to_head; });
  return {.reply = {},
          .requests_in = {},
          .answer = [server = CannedServer(!has_heads)](std::string_view sent, Bytes& out) {
            server.answer(sent, out);
          }};
}

}  // namespace suite
