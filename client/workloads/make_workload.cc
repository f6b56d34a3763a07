#include "client/workloads/make_workload.h"

#include <string_view>
#include <variant>

#include "client/workloads/echo_workload.h"
#include "client/workloads/http_workload.h"
#include "client/workloads/payload.h"
#include "client/workloads/request_tape.h"

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

// A page of 40 bytes. An answer to HEAD is its head alone.
CannedReplies http_replies(const HttpPlan& http) {
  constexpr std::string_view kHeadEnd = "\r\n\r\n";
  std::string reply =
      "HTTP/1.1 200 OK\r\nServer: null\r\nContent-Type: text/plain\r\nContent-Length: 40\r\n\r\n";
  if (!http.to_head) reply += "answered in memory: there is no server\r\n";
  const std::string& request = http.requests.front();
  return {.reply = std::move(reply),
          .body_bytes = request.size() - (request.find(kHeadEnd) + kHeadEnd.size())};
}

}  // namespace

ProtocolTraits traits_of(const ProtocolPlan& protocol) {
  return std::visit(
      Either{
          [](const EchoPlan& echo) { return ProtocolTraits{.pseudo_random = echo.payload.text.empty()}; },
          [](const HttpPlan&) {
            return ProtocolTraits{
                .name = "HTTP", .has_statuses = true, .in_parts = true, .loosest_comparison = Verify::kFull};
          }},
      protocol);
}

CannedReplies canned_replies(const ProtocolPlan& protocol) {
  return std::visit(Either{[](const EchoPlan&) { return CannedReplies{}; },
                           [](const HttpPlan& http) { return http_replies(http); }},
                    protocol);
}

MakeWorkload workload_maker(const LoadPlan& plan) {
  return std::visit(Either{[&plan](const EchoPlan& echo) { return echo_maker(echo, plan); },
                           [&plan](const HttpPlan& http) { return http_maker(http, plan); }},
                    plan.protocol);
}

}  // namespace suite
