#include "client/workloads/canned_replies.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "common/http/scan.h"

namespace suite {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

std::size_t body_bytes_of(std::string_view request) {
  return request.size() - (request.find(kHeadEnd) + kHeadEnd.size());
}

// What the head of a request says of its body.
std::size_t announced_bytes(std::string_view head) {
  constexpr std::string_view kName = "content-length:";
  std::size_t bytes = 0;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    if (line.size() < kName.size() || !equals_ignoring_case(line.substr(0, kName.size()), kName)) continue;
    const std::string_view digits = trimmed(line.substr(kName.size()));
    std::from_chars(digits.data(), digits.data() + digits.size(), bytes);
  }
  return bytes;
}

// A tape gives whole requests, so no part of one is ever left.
template <class BodyBytes>
auto requests_with(BodyBytes body_bytes) {
  return [body_bytes](std::string_view bytes, std::size_t&) {
    std::uint64_t requests = 0;
    for (std::size_t end = bytes.find(kHeadEnd); end != std::string_view::npos; end = bytes.find(kHeadEnd)) {
      end += kHeadEnd.size();
      bytes.remove_prefix(std::min(end + body_bytes(bytes.substr(0, end)), bytes.size()));
      ++requests;
    }
    return requests;
  };
}

}  // namespace

CannedReplies canned_http(const HttpPlan& http) {
  if (!http.heads.empty()) {
    return {.reply = "HTTP/1.1 204 No Content\r\nServer: null\r\n\r\n",
            .requests_in = requests_with(&announced_bytes)};
  }
  std::string reply =
      "HTTP/1.1 200 OK\r\nServer: null\r\nContent-Type: text/plain\r\nContent-Length: 40\r\n\r\n";
  if (!http.to_head) reply += "answered in memory: there is no server\r\n";
  const std::size_t body_bytes = body_bytes_of(http.requests.front());
  const bool alike = std::ranges::all_of(
      http.requests, [&](const std::string& request) { return body_bytes_of(request) == body_bytes; });
  if (!alike) return {.reply = std::move(reply), .requests_in = requests_with(&announced_bytes)};
  return {.reply = std::move(reply),
          .requests_in = requests_with([body_bytes](std::string_view) { return body_bytes; })};
}

CannedReplies canned_reply(const PayloadPlan& payload, std::string reply) {
  return {.reply = std::move(reply),
          .requests_in = [size = payload.size](std::string_view bytes, std::size_t& part) {
            const std::size_t sent = part + bytes.size();
            part = sent % size;
            return std::uint64_t{sent / size};
          }};
}

}  // namespace suite
