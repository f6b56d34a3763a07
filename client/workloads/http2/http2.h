// HTTP/2 for the load generator, as far as those need to know who make a plan and a workload: builds without
// libnghttp2 have it too, and say that they cannot.
#pragma once

#include <expected>
#include <memory>

#include "client/load_plan.h"
#include "client/workloads/canned_replies.h"
#include "client/workloads/make_workload.h"
#include "client/workloads/workload.h"
#include "common/base/error.h"

namespace suite {

/// Nothing, or that this is a build without it.
std::expected<void, Error> check_http2();

/// A load thread's conversations. Both plans outlive it. Only where check_http2() is content.
std::unique_ptr<Workload> make_http2_workload(const Http2Plan& http2, const LoadPlan& plan,
                                              const WorkloadShare& share);

/// A page of 40 bytes, to HEAD its head alone.
CannedReplies canned_http2(const Http2Plan& http2);

}  // namespace suite
