#include "cmd/load/load_driver_options.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "cmd/load/load_needs.h"

namespace suite {
namespace {

using namespace load_needs;

// The kernel doubles what it is given.
OptionValue buffer_size(std::optional<int>& bytes) {
  static constexpr values::Range kRange{.least = 1, .most = std::uint64_t{1} << 30};
  const auto read = [](const std::string& text) -> std::expected<int, std::string> {
    const auto size = values::read_size(text, kRange);
    if (!size) return std::unexpected(size.error());
    return static_cast<int>(*size);
  };
  return values::read_by(read, bytes);
}

values::Names<DriverKind> driver_names() {
  values::Names<DriverKind> names;
  for (std::size_t i = 0; i < kDriverNames.size(); ++i) {
    names.emplace_back(kDriverNames[i], static_cast<DriverKind>(i));
  }
  return names;
}

Setting setting_of(const std::optional<int>& bytes) {
  return bytes ? Setting(static_cast<std::uint64_t>(*bytes)) : Setting();
}

}  // namespace

OptionGroup driver_group(LoadPlan& plan, const LoadSettings& settings) {
  const LoadPlan& effective = settings.plan;
  const SocketPlan& sockets = effective.sockets;
  const bool resets = sockets.close == SocketPlan::Close::kReset;
  return {.title = "Sockets and threads",
          .options = {
              {.name = "--driver",
               .takes = "NAME",
               .value = values::named(plan.driver, driver_names()),
               .help = "auto, epoll, uring; null: no sockets, what the tool itself costs",
               .rare = true,
               .config = {{"driver", std::string(name_of(effective.driver))}}},
              {.name = "--busy-poll",
               .value = values::toggle(plan.busy_poll),
               .help = "spin instead of sleeping: lowest latency, a core per thread",
               .rare = true,
               .needs = {&kNetwork},
               .config = {{"busy_poll", effective.busy_poll}}},
              {.name = "--pin",
               .value = values::toggle(plan.pin),
               .help = "thread i on the i-th usable core",
               .rare = true,
               .config = {{"pin", effective.pin}}},
              {.name = "--sndbuf",
               .takes = "N",
               .value = buffer_size(plan.sockets.send_buffer),
               .help = "bytes of a socket's send buffer",
               .unset = "the kernel's choice",
               .rare = true,
               .needs = {&kNetwork},
               .config = {{"sndbuf", setting_of(sockets.send_buffer)}}},
              {.name = "--rcvbuf",
               .takes = "N",
               .value = buffer_size(plan.sockets.receive_buffer),
               .help = "and of its receive buffer",
               .unset = "the kernel's choice",
               .rare = true,
               .needs = {&kNetwork, &kTcp},
               .config = {{"rcvbuf", setting_of(sockets.receive_buffer)}}},
              {.name = "--no-nodelay",
               .value = values::toggle(plan.sockets.nodelay, false),
               .help = "leave Nagle's algorithm on",
               .rare = true,
               .needs = {&kNetwork, &kTcp},
               .config = {{"no_nodelay", !sockets.nodelay}}},
              {.name = "--close",
               .takes = "HOW",
               .value = values::named(plan.sockets.close,
                                      {{"fin", SocketPlan::Close::kFin}, {"rst", SocketPlan::Close::kReset}}),
               .help = "where the client closes: fin, or rst, which leaves no TIME_WAIT",
               .rare = true,
               .needs = {&kNetwork, &kTcp},
               .config = {{"close", std::string(resets ? "rst" : "fin")}},
               .setting = resets ? "--close rst" : ""},
          }};
}

}  // namespace suite
