// What follows from the protocol of a plan. Nobody else asks which one it is: others get it as values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "client/load_plan.h"
#include "client/workloads/canned_replies.h"
#include "client/workloads/workload.h"

namespace suite {

/// What sets a protocol apart for those who measure, judge and report.
struct ProtocolTraits {
  std::string_view name = "this protocol";  // in sentences
  bool has_statuses = false;                // replies do: they are counted, and may be errors
  bool in_parts = false;       // of a request's time its first byte and its connection are told apart
  bool pseudo_random = false;  // what is sent is, so that the plan's seed has an effect
  Verify loosest_comparison = Verify::kLength;  // with which a mismatch can still be seen
};
ProtocolTraits traits_of(const ProtocolPlan& protocol);

CannedReplies canned_replies(const ProtocolPlan& protocol);

/// A load thread's part of a plan.
struct WorkloadShare {
  std::size_t connections = 0;
  std::uint64_t first_connection = 0;  // counted over all threads
  ThreadPlace place = {};
};

/// Makes the workload of a load thread, on that thread: what all of them share is held by the maker, which
/// outlives them.
using MakeWorkload = std::function<std::unique_ptr<Workload>(const WorkloadShare&)>;
/// For a plan, which outlives the maker.
MakeWorkload workload_maker(const LoadPlan& plan);

}  // namespace suite
