#include "cmd/load/load_driver_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>
#include <string_view>

namespace suite {
namespace {

// The kernel doubles what it is given.
constexpr std::uint64_t kMostBuffer = std::uint64_t{1} << 30;

std::optional<std::string_view> first_given(const CommandLine& line,
                                            std::initializer_list<std::string_view> flags) {
  const auto found = std::ranges::find_if(flags, [&](std::string_view flag) { return line.given(flag); });
  return found == flags.end() ? std::nullopt : std::optional(*found);
}

std::optional<int> bytes_of(const std::optional<std::uint64_t>& size) {
  return size ? std::optional(static_cast<int>(*size)) : std::nullopt;
}

DriverKind kind_of(std::string_view name) {
  const auto found = std::ranges::find(kDriverNames, name);
  return static_cast<DriverKind>(std::distance(kDriverNames.begin(), found));
}

}  // namespace

void declare_driver(CommandLine& line, RawDriverFlags& raw) {
  line.choice({"--driver", "NAME", "auto, epoll, uring; null: no sockets, what the tool itself costs (auto)"},
              raw.driver, {kDriverNames.begin(), kDriverNames.end()});
  line.toggle("--busy-poll", "spin instead of sleeping: lowest latency, a core per thread", raw.busy_poll);
  line.toggle("--pin", "thread i on the i-th usable core", raw.pin);
  line.size({"--sndbuf", "N", "bytes of a socket's send buffer (the kernel's choice)"}, raw.sndbuf,
            {.least = 1, .most = kMostBuffer});
  line.size({"--rcvbuf", "N", "and of its receive buffer"}, raw.rcvbuf, {.least = 1, .most = kMostBuffer});
  line.toggle("--no-nodelay", "leave Nagle's algorithm on", raw.no_nodelay);
  line.choice({"--close", "HOW", "where the client closes: fin, or rst, which leaves no TIME_WAIT (fin)"},
              raw.close, {"fin", "rst"});
}

std::optional<std::string> apply_driver(const CommandLine& line, const RawDriverFlags& raw,
                                        const TargetName& target, LoadPlan& plan) {
  plan.driver = kind_of(raw.driver);
  plan.busy_poll = raw.busy_poll;
  plan.pin = raw.pin;
  plan.sockets = {.send_buffer = bytes_of(raw.sndbuf),
                  .receive_buffer = bytes_of(raw.rcvbuf),
                  .nodelay = !raw.no_nodelay,
                  .close = raw.close == "rst" ? SocketPlan::Close::kReset : SocketPlan::Close::kFin};
  if (!plan.has_network()) {
    const auto flag = first_given(line, {"--busy-poll", "--sndbuf", "--rcvbuf", "--no-nodelay", "--close",
                                         "--source-ip", "--server-pid", "--resolve"});
    if (flag) return fmt::format("{}: the driver 'null' has neither sockets nor a server", *flag);
  } else if (target.is_unix()) {
    const auto flag = first_given(line, {"--no-nodelay", "--close", "--rcvbuf"});
    if (flag) return fmt::format("{} is for TCP: a unix socket has no such thing", *flag);
  }
  return std::nullopt;
}

}  // namespace suite
