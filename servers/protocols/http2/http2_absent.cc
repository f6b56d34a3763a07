// Builds without libnghttp2.
#include "servers/protocols/http2/http2_sessions.h"

namespace suite {

std::expected<Http2Sessions, Error> http2_sessions(std::shared_ptr<HttpWorker>) {
  return std::unexpected(Error{.what = "speak HTTP/2",
                               .why = "this build has no libnghttp2",
                               .advice = "install libnghttp2-dev and build again"});
}

std::optional<std::string> http2_library() { return std::nullopt; }

}  // namespace suite
