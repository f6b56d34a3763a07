// In place of open_uring_driver.cc where liburing was missing when this was built.
#include "client/drivers/uring/open_uring_driver.h"

namespace suite {
namespace {

std::unexpected<Error> not_built() {
  return std::unexpected(Error{.what = "open an io_uring",
                               .why = "this program was built without liburing",
                               .advice = "install liburing-dev and build again, or use --driver epoll"});
}

}  // namespace

std::expected<void, Error> check_uring_driver() { return not_built(); }

std::expected<std::unique_ptr<Driver>, Error> open_uring_driver(const DriverOptions&, const EventFd&) {
  return not_built();
}

}  // namespace suite
