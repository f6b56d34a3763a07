#include "client/drivers/make_driver.h"

#include <utility>

#include "client/drivers/epoll/epoll_driver.h"
#include "client/drivers/null/null_driver.h"
#include "client/drivers/tls/tls_client.h"
#include "client/drivers/uring/open_uring_driver.h"
#include "client/workloads/make_workload.h"

namespace suite {
namespace {

// The rule of `auto`: epoll, for every plan. It runs wherever Linux does, takes the time after each receive,
// and of those measured no work is shown to cost the client less with io_uring (docs/load-drivers.md).
DriverKind chosen_for(DriverKind asked_for) {
  return asked_for == DriverKind::kAuto ? DriverKind::kEpoll : asked_for;
}

std::expected<std::unique_ptr<Driver>, Error> make_epoll_driver(const DriverOptions& options,
                                                                const EventFd& interrupt) {
  auto driver = EpollDriver::create(options, interrupt);
  if (!driver) return std::unexpected(std::move(driver.error()));
  return std::make_unique<EpollDriver>(std::move(*driver));
}

std::expected<std::unique_ptr<Driver>, Error> make_plain_driver(const LoadPlan& plan,
                                                                const DriverShare& share,
                                                                const EventFd& interrupt) {
  const DriverOptions options{
      .connections = share.connections,
      .sources = {.sources = plan.sources, .first_connection = share.first_connection},
      .sockets = plan.sockets,
      .busy_poll = plan.busy_poll};
  switch (chosen_for(plan.driver)) {
    case DriverKind::kUring:
      return open_uring_driver(options, interrupt);
    case DriverKind::kNull:
      return std::make_unique<NullDriver>(share.connections, canned_replies(plan.protocol), interrupt);
    case DriverKind::kAuto:
    case DriverKind::kEpoll:
      break;
  }
  return make_epoll_driver(options, interrupt);
}

}  // namespace

std::expected<void, Error> check_driver(DriverKind asked_for) {
  if (chosen_for(asked_for) == DriverKind::kUring) return check_uring_driver();
  return {};
}

std::expected<std::unique_ptr<Driver>, Error> make_driver(const LoadPlan& plan, const DriverShare& share,
                                                          const EventFd& interrupt) {
  auto plain = make_plain_driver(plan, share, interrupt);
  if (!plain || !plan.tls) return plain;
  return with_tls(std::move(*plain), share.connections, *plan.tls);
}

}  // namespace suite
