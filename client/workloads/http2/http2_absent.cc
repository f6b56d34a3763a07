// Builds without libnghttp2.
#include <stdexcept>

#include "client/drivers/http2_probe.h"
#include "client/workloads/http2/http2.h"

namespace suite {

std::expected<void, Error> check_http2() {
  return std::unexpected(Error{.what = "speak HTTP/2",
                               .why = "this build has no libnghttp2",
                               .advice = "install libnghttp2-dev and build again"});
}

std::unique_ptr<Workload> make_http2_workload(const Http2Plan&, const LoadPlan&, const WorkloadShare&) {
  throw std::logic_error("this build has no HTTP/2");
}

std::expected<void, Error> try_http2(const Http2Probe&, const EventFd&) { return check_http2(); }

CannedReplies canned_http2(const Http2Plan&) { return {}; }

}  // namespace suite
