// Which errors of a call on a non-blocking socket say nothing about its connection.
#pragma once

#include <cerrno>

namespace suite {

/// Whether the call is to be made again, now or when the socket is ready. io_uring reports the same numbers,
/// negated.
constexpr bool is_transient(int error_number) { return error_number == EAGAIN || error_number == EINTR; }

}  // namespace suite
