// The status codes that the server answers with (RFC 9110 15).
#pragma once

namespace suite {

inline constexpr int kOk = 200, kPartialContent = 206, kMoved = 301, kNotModified = 304, kBadRequest = 400,
                     kForbidden = 403, kNotFound = 404, kPreconditionFailed = 412, kRangeNotSatisfiable = 416,
                     kExpectationFailed = 417, kInternalError = 500, kNotImplemented = 501,
                     kUnavailable = 503;

}  // namespace suite
