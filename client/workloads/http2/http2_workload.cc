#include "client/workloads/http2/http2_workload.h"

#include <utility>

namespace suite {

Http2Workload::Http2Workload(const Http2Plan& plan, const Options& options)
    : common_{.plan = plan,
              .frames = RequestFrames(plan.requests, options.place),
              .verify = options.verify,
              .depth = options.depth,
              .last_stream = options.last_stream} {
  common_.counts.http2.emplace();
  if (options.verify == Verify::kFull) common_.first_bodies.resize(plan.requests.size());
  for (std::size_t i = 0; i < options.connections; ++i) {
    conversations_.push_back(std::make_unique<Http2Conversation>(common_));
  }
}

// What a connection is told when it opens holds on.
void Http2Workload::begin_window() {
  const Http2Counts before = *common_.counts.http2;
  common_.counts = {.server = std::move(common_.counts.server),
                    .http2 = Http2Counts{.fewest_streams = before.fewest_streams}};
}

}  // namespace suite
