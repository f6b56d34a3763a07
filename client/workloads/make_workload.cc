#include "client/workloads/make_workload.h"

#include <string_view>
#include <utility>
#include <variant>

#include "client/workloads/echo_workload.h"
#include "client/workloads/http2/http2.h"
#include "client/workloads/http_workload.h"
#include "client/workloads/payload.h"
#include "client/workloads/request_tape.h"
#include "client/workloads/terminated_workload.h"
#include "client/workloads/terminator.h"

namespace suite {
namespace {

constexpr ProtocolTraits kHttpTraits{
    .name = "HTTP", .has_statuses = true, .in_parts = true, .loosest_comparison = Verify::kFull};

template <class... Cases>
struct Either : Cases... {
  using Cases::operator()...;
};

PayloadShare payload_share(const WorkloadShare& share, Verify verify) {
  return {.connections = share.connections, .first_connection = share.first_connection, .verify = verify};
}

MakeWorkload echo_maker(const EchoPlan& echo, const LoadPlan& plan) {
  auto payload = std::make_shared<const Payload>(Payload::of(echo.payload, plan.seed));
  return [payload = std::move(payload), verify = plan.verify](const WorkloadShare& share) {
    return std::make_unique<EchoWorkload>(*payload, payload_share(share, verify));
  };
}

MakeWorkload http_maker(const HttpPlan& http, const LoadPlan& plan) {
  return [&http, &plan](const WorkloadShare& share) {
    return std::make_unique<HttpWorkload>(
        RequestTape(http.requests, share.place.number, share.place.count), http,
        HttpWorkload::Options{.connections = share.connections, .depth = plan.depth, .verify = plan.verify});
  };
}

MakeWorkload http2_maker(const Http2Plan& http2, const LoadPlan& plan) {
  return [&http2, &plan](const WorkloadShare& share) { return make_http2_workload(http2, plan, share); };
}

MakeWorkload fixed_maker(const FixedReplyPlan& fixed, const LoadPlan& plan) {
  auto requests = std::make_shared<const Payload>(Payload::of(fixed.payload, plan.seed));
  auto replies = std::make_shared<const Payload>(
      Payload::of({.text = fixed.reply, .size = fixed.reply.size()}, plan.seed));
  return [requests = std::move(requests), replies = std::move(replies),
          verify = plan.verify](const WorkloadShare& share) {
    return std::make_unique<EchoWorkload>(*requests, *replies, payload_share(share, verify));
  };
}

MakeWorkload terminated_maker(const TerminatedReplyPlan& terminated, const LoadPlan& plan) {
  auto payload = std::make_shared<const Payload>(Payload::of(terminated.payload, plan.seed));
  auto terminator = std::make_shared<const Terminator>(terminated.terminator);
  return [payload = std::move(payload), terminator = std::move(terminator),
          verify = plan.verify](const WorkloadShare& share) {
    return std::make_unique<TerminatedWorkload>(*payload, *terminator, payload_share(share, verify));
  };
}

}  // namespace

ProtocolTraits traits_of(const ProtocolPlan& protocol) {
  return std::visit(
      Either{[](const EchoPlan& echo) { return ProtocolTraits{.pseudo_random = echo.payload.text.empty()}; },
             [](const HttpPlan&) { return kHttpTraits; }, [](const Http2Plan&) { return kHttpTraits; },
             [](const FixedReplyPlan& fixed) {
               return ProtocolTraits{.pseudo_random = fixed.payload.text.empty()};
             },
             [](const TerminatedReplyPlan& terminated) {
               return ProtocolTraits{.pseudo_random = terminated.payload.text.empty()};
             }},
      protocol);
}

CannedReplies canned_replies(const ProtocolPlan& protocol) {
  return std::visit(
      Either{[](const EchoPlan&) { return CannedReplies{}; },
             [](const HttpPlan& http) { return canned_http(http); },
             [](const Http2Plan& http2) { return canned_http2(http2); },
             [](const FixedReplyPlan& fixed) { return canned_reply(fixed.payload, fixed.reply); },
             [](const TerminatedReplyPlan& terminated) {
               return canned_reply(terminated.payload, terminated.terminator);
             }},
      protocol);
}

MakeWorkload workload_maker(const LoadPlan& plan) {
  return std::visit(
      Either{[&plan](const EchoPlan& echo) { return echo_maker(echo, plan); },
             [&plan](const HttpPlan& http) { return http_maker(http, plan); },
             [&plan](const Http2Plan& http2) { return http2_maker(http2, plan); },
             [&plan](const FixedReplyPlan& fixed) { return fixed_maker(fixed, plan); },
             [&plan](const TerminatedReplyPlan& terminated) { return terminated_maker(terminated, plan); }},
      plan.protocol);
}

}  // namespace suite
