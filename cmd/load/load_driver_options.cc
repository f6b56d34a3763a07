#include "cmd/load/load_driver_options.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "cmd/load/load_needs.h"

namespace suite {
namespace {

using namespace load_needs;

// The kernel doubles what it is given.
constexpr values::Range kBuffer{.least = 1, .most = std::uint64_t{1} << 30};

std::optional<int> bytes_of(const std::optional<std::uint64_t>& size) {
  return size ? std::optional(static_cast<int>(*size)) : std::nullopt;
}

Setting setting_of(const std::optional<int>& bytes) {
  return bytes ? Setting(static_cast<std::uint64_t>(*bytes)) : Setting();
}

DriverKind kind_of(std::string_view name) {
  const auto found = std::ranges::find(kDriverNames, name);
  return static_cast<DriverKind>(std::distance(kDriverNames.begin(), found));
}

}  // namespace

OptionGroup driver_group(DriverFlags& flags, const LoadSettings& settings) {
  const LoadPlan& plan = settings.plan;
  const SocketPlan& sockets = plan.sockets;
  const bool resets = sockets.close == SocketPlan::Close::kReset;
  return {.title = "Sockets and threads",
          .options = {
              {.name = "--driver",
               .takes = "NAME",
               .value = values::choice(flags.driver, {kDriverNames.begin(), kDriverNames.end()}),
               .help = "auto, epoll, uring; null: no sockets, what the tool itself costs",
               .rare = true,
               .config = {{"driver", std::string(name_of(plan.driver))}}},
              {.name = "--busy-poll",
               .value = values::toggle(flags.busy_poll),
               .help = "spin instead of sleeping: lowest latency, a core per thread",
               .rare = true,
               .needs = {&kNetwork},
               .config = {{"busy_poll", plan.busy_poll}}},
              {.name = "--pin",
               .value = values::toggle(flags.pin),
               .help = "thread i on the i-th usable core",
               .rare = true,
               .config = {{"pin", plan.pin}}},
              {.name = "--sndbuf",
               .takes = "N",
               .value = values::size(flags.sndbuf, kBuffer),
               .help = "bytes of a socket's send buffer",
               .unset = "the kernel's choice",
               .rare = true,
               .needs = {&kNetwork},
               .config = {{"sndbuf", setting_of(sockets.send_buffer)}}},
              {.name = "--rcvbuf",
               .takes = "N",
               .value = values::size(flags.rcvbuf, kBuffer),
               .help = "and of its receive buffer",
               .unset = "the kernel's choice",
               .rare = true,
               .needs = {&kNetwork, &kTcp},
               .config = {{"rcvbuf", setting_of(sockets.receive_buffer)}}},
              {.name = "--no-nodelay",
               .value = values::toggle(flags.no_nodelay),
               .help = "leave Nagle's algorithm on",
               .rare = true,
               .needs = {&kNetwork, &kTcp},
               .config = {{"no_nodelay", !sockets.nodelay}}},
              {.name = "--close",
               .takes = "HOW",
               .value = values::choice(flags.close, {"fin", "rst"}),
               .help = "where the client closes: fin, or rst, which leaves no TIME_WAIT",
               .rare = true,
               .needs = {&kNetwork, &kTcp},
               .config = {{"close", std::string(resets ? "rst" : "fin")}},
               .setting = resets ? "--close rst" : ""},
          }};
}

void apply_driver(const DriverFlags& flags, LoadPlan& plan) {
  plan.driver = kind_of(flags.driver);
  plan.busy_poll = flags.busy_poll;
  plan.pin = flags.pin;
  plan.sockets = {.send_buffer = bytes_of(flags.sndbuf),
                  .receive_buffer = bytes_of(flags.rcvbuf),
                  .nodelay = !flags.no_nodelay,
                  .close = flags.close == "rst" ? SocketPlan::Close::kReset : SocketPlan::Close::kFin};
}

}  // namespace suite
