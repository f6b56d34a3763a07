// The driver over io_uring(7), where this program and this kernel have it.
#pragma once

#include <expected>
#include <memory>

#include "client/drivers/driver.h"
#include "common/base/error.h"
#include "common/net/event_fd.h"

namespace suite {

/// Nothing, or why there cannot be one: the kernel is too old, something forbids it, or the library was
/// missing when this program was built.
std::expected<void, Error> check_uring_driver();

/// To be called by the thread that uses it. `interrupt` outlives it.
std::expected<std::unique_ptr<Driver>, Error> open_uring_driver(const DriverOptions& options,
                                                                const EventFd& interrupt);

}  // namespace suite
