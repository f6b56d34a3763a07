#include "client/workloads/make_workload.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>
#include <variant>

#include "client/workloads/echo_workload.h"
#include "client/workloads/http_workload.h"
#include "client/workloads/payload.h"
#include "client/workloads/request_tape.h"
#include "client/workloads/terminated_workload.h"
#include "client/workloads/terminator.h"
#include "common/http/scan.h"

namespace suite {
namespace {

template <class... Cases>
struct Either : Cases... {
  using Cases::operator()...;
};

MakeWorkload echo_maker(const EchoPlan& echo, const LoadPlan& plan) {
  auto payload = std::make_shared<const Payload>(Payload::of(echo.payload, plan.seed));
  return [payload = std::move(payload), verify = plan.verify](const WorkloadShare& share) {
    return std::make_unique<EchoWorkload>(
        *payload,
        EchoWorkload::Options{
            .connections = share.connections, .first_connection = share.first_connection, .verify = verify});
  };
}

MakeWorkload http_maker(const HttpPlan& http, const LoadPlan& plan) {
  return [&http, &plan](const WorkloadShare& share) {
    return std::make_unique<HttpWorkload>(
        RequestTape(http.requests, share.place.number, share.place.count), http,
        HttpWorkload::Options{.connections = share.connections, .depth = plan.depth, .verify = plan.verify});
  };
}

MakeWorkload fixed_maker(const FixedReplyPlan& fixed, const LoadPlan& plan) {
  auto requests = std::make_shared<const Payload>(Payload::of(fixed.payload, plan.seed));
  auto replies = std::make_shared<const Payload>(
      Payload::of({.text = fixed.reply, .size = fixed.reply.size()}, plan.seed));
  return [requests = std::move(requests), replies = std::move(replies),
          verify = plan.verify](const WorkloadShare& share) {
    return std::make_unique<EchoWorkload>(
        *requests, *replies,
        EchoWorkload::Options{
            .connections = share.connections, .first_connection = share.first_connection, .verify = verify});
  };
}

MakeWorkload terminated_maker(const TerminatedReplyPlan& terminated, const LoadPlan& plan) {
  auto payload = std::make_shared<const Payload>(Payload::of(terminated.payload, plan.seed));
  auto terminator = std::make_shared<const Terminator>(terminated.terminator);
  return [payload = std::move(payload), terminator = std::move(terminator),
          verify = plan.verify](const WorkloadShare& share) {
    return std::make_unique<TerminatedWorkload>(
        *payload, *terminator,
        TerminatedWorkload::Options{
            .connections = share.connections, .first_connection = share.first_connection, .verify = verify});
  };
}

// --- Without a server -----------------------------------------------------------------------------------

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

// A page of 40 bytes. An answer to HEAD is its head alone; where only some requests are HEAD, a status that
// never has content answers all of them.
CannedReplies http_replies(const HttpPlan& http) {
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

// To requests of the same size.
CannedReplies replies_to(const PayloadPlan& payload, std::string reply) {
  return {.reply = std::move(reply),
          .requests_in = [size = payload.size](std::string_view bytes, std::size_t& part) {
            const std::size_t sent = part + bytes.size();
            part = sent % size;
            return std::uint64_t{sent / size};
          }};
}

}  // namespace

ProtocolTraits traits_of(const ProtocolPlan& protocol) {
  return std::visit(
      Either{
          [](const EchoPlan& echo) { return ProtocolTraits{.pseudo_random = echo.payload.text.empty()}; },
          [](const HttpPlan&) {
            return ProtocolTraits{
                .name = "HTTP", .has_statuses = true, .in_parts = true, .loosest_comparison = Verify::kFull};
          },
          [](const FixedReplyPlan& fixed) {
            return ProtocolTraits{.pseudo_random = fixed.payload.text.empty()};
          },
          [](const TerminatedReplyPlan& terminated) {
            return ProtocolTraits{.pseudo_random = terminated.payload.text.empty()};
          }},
      protocol);
}

CannedReplies canned_replies(const ProtocolPlan& protocol) {
  return std::visit(Either{[](const EchoPlan&) { return CannedReplies{}; },
                           [](const HttpPlan& http) { return http_replies(http); },
                           [](const FixedReplyPlan& fixed) { return replies_to(fixed.payload, fixed.reply); },
                           [](const TerminatedReplyPlan& terminated) {
                             return replies_to(terminated.payload, terminated.terminator);
                           }},
                    protocol);
}

MakeWorkload workload_maker(const LoadPlan& plan) {
  return std::visit(
      Either{[&plan](const EchoPlan& echo) { return echo_maker(echo, plan); },
             [&plan](const HttpPlan& http) { return http_maker(http, plan); },
             [&plan](const FixedReplyPlan& fixed) { return fixed_maker(fixed, plan); },
             [&plan](const TerminatedReplyPlan& terminated) { return terminated_maker(terminated, plan); }},
      plan.protocol);
}

}  // namespace suite
