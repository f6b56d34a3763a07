#include "client/drivers/uring/open_uring_driver.h"

#include <utility>

#include "client/drivers/uring/uring_driver.h"
#include "common/net/uring.h"

namespace suite {

std::expected<void, Error> check_uring_driver() {
  if (auto features = uring_features(); !features) return std::unexpected(std::move(features.error()));
  return {};
}

std::expected<std::unique_ptr<Driver>, Error> open_uring_driver(const DriverOptions& options,
                                                                const EventFd& interrupt) {
  return UringDriver::open(options, interrupt);
}

}  // namespace suite
