// Requests of HTTP/1.1 as HTTP/2 says them (RFC 9113 8.3.1).
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "client/load_plan.h"

namespace suite {

/// The same requests, as request_text() writes them: method, path and Host become pseudo-header fields, names
/// are in lower case. A Connection: close, which the plan's keep_alive says as well, is left out. `scheme` is
/// "http" or "https". What HTTP/2 cannot say otherwise (RFC 9113 8.2.2), in words.
std::expected<Http2Plan, std::string> http2_plan(const HttpPlan& http, std::string_view scheme);

}  // namespace suite
