// Which driver moves the bytes of a plan.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>

#include "client/drivers/driver.h"
#include "client/load_plan.h"
#include "common/base/error.h"
#include "common/net/event_fd.h"

namespace suite {

/// Nothing, or why there cannot be such a driver here: io_uring may be forbidden.
std::expected<void, Error> check_driver(DriverKind asked_for);

/// One thread's part of a plan's connections.
struct DriverShare {
  std::size_t connections = 0;
  std::uint64_t first_connection = 0;  // counted over all threads
};

/// The driver that the plan asks for. To be called by the thread that uses it, after it has a descriptor
/// table of its own. The plan and `interrupt` outlive it.
std::expected<std::unique_ptr<Driver>, Error> make_driver(const LoadPlan& plan, const DriverShare& share,
                                                          const EventFd& interrupt);

}  // namespace suite
