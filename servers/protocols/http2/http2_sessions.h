// HTTP/2 for a server, as far as those need to know who start one: builds without libnghttp2 have it too, and
// say that they cannot.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/base/error.h"
#include "servers/protocols/http/http_worker.h"
#include "servers/session.h"

namespace suite {

/// Makes one worker's sessions. `peer`: its address, for the log; empty where there is none.
using Http2Sessions = std::function<std::unique_ptr<Session>(std::string peer)>;

/// Fails in builds without libnghttp2.
std::expected<Http2Sessions, Error> http2_sessions(std::shared_ptr<HttpWorker> worker);

/// "libnghttp2 1.52.0"; nothing in a build without it.
std::optional<std::string> http2_library();

}  // namespace suite
