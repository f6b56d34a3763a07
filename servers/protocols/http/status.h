// The status codes that the server answers with (RFC 9110 15).
#pragma once

#include <string>
#include <string_view>

namespace suite {

inline constexpr int kOk = 200, kPartialContent = 206, kMoved = 301, kNotModified = 304, kBadRequest = 400,
                     kForbidden = 403, kNotFound = 404, kMethodNotAllowed = 405, kRequestTimeout = 408,
                     kPreconditionFailed = 412, kUriTooLong = 414, kRangeNotSatisfiable = 416,
                     kExpectationFailed = 417, kFieldSectionTooLarge = 431, kInternalError = 500,
                     kNotImplemented = 501, kUnavailable = 503, kVersionNotSupported = 505;

/// "Not Found".
std::string_view reason_of(int status);

/// "404 Not Found\n": the body of an answer that says no more than its status.
std::string status_text(int status);

}  // namespace suite
