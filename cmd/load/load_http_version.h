// Which HTTP a load speaks: as the flags have it, and as the server chooses.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "cmd/cli/option.h"
#include "cmd/load/load_options.h"
#include "cmd/requests/http_requests.h"
#include "common/base/error.h"
#include "common/net/event_fd.h"

namespace suite {

/// Of a plan of HTTP/1.1 makes one of HTTP/2, or keeps that beside it where the server is to choose.
Complaint settle_http_version(HttpChoice version, LoadOptions& options);

/// What ALPN offers, the dearest first.
std::vector<std::string> protocols_offered(const LoadOptions& options);

/// Over TLS, where the server `chose` among those: the plan is of that protocol from now on, or this is the
/// error.
std::expected<void, Error> heed_choice(const std::string& chose, LoadOptions& options);

/// In the clear, where the plan is of HTTP/2: whether the server speaks it.
std::expected<void, Error> check_http2_in_the_clear(const LoadOptions& options, const EventFd& interrupt);

}  // namespace suite
