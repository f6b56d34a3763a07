#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cmd/diagnosis/checks.h"
#include "common/base/units.h"

namespace suite::diagnosis {
namespace {

// As many connections as the curves of docs/bench-sweeps.md end with.
constexpr std::uint64_t kManyConnections = 65'536;

// Those that a program reads without asking the kernel (vDSO).
bool is_fast_clock(std::string_view source) {
  for (const std::string_view fast :
       {"tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "arch_sys_counter"}) {
    if (source == fast) return true;
  }
  return false;
}

Finding clock_source(const Machine& machine) {
  if (machine.clock_source.empty()) return unknown("clock source");
  if (is_fast_clock(machine.clock_source)) return fine("clock source " + machine.clock_source);
  const bool has_tsc = (" " + machine.clock_sources + " ").contains(" tsc ");
  return {.severity = Severity::kSpoils,
          .found = fmt::format("the clock source is {}", machine.clock_source),
          .effect =
              "Each reading of the clock is a system call, a microsecond or more: suite reads it once per "
              "receive, and "
              "many servers more often.",
          .advice =
              has_tsc ? "" : "The kernel does not trust the processor's counter (tsc), and its log says why",
          .command =
              has_tsc ? "echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource"
                      : "sudo dmesg | grep -i -e tsc -e clocksource"};
}

Finding io_uring(const Machine& machine) {
  const bool forbidden_to_all = machine.uring_disabled.value_or(0) > 1;
  if (!machine.uring_refusal && !forbidden_to_all) return unknown("io_uring");
  if (machine.uring_refusal && machine.uring_refusal->empty()) return fine("io_uring works");
  Finding finding{.severity = Severity::kBounds,
                  .found = fmt::format("io_uring does not work here: {}", machine.uring_refusal.value_or("")),
                  .effect =
                      "The backend uring and suite load --driver uring refuse to start, and comparisons "
                      "leave uring out."};
  if (machine.uring_disabled.value_or(0) != 0) {  // 1: it is for root and a group
    finding.found =
        fmt::format("io_uring is forbidden (kernel.io_uring_disabled is {})", *machine.uring_disabled);
    finding.command = "sudo sysctl -w kernel.io_uring_disabled=0";
  } else if (machine.is_filtered) {
    finding.advice =
        "A container's filter of system calls forbids it; allow it when the container is started";
    finding.command = "docker run --security-opt seccomp=unconfined ...";
  }
  return finding;
}

Finding descriptors(const Machine& machine) {
  if (!machine.descriptors) return unknown("descriptor limit");
  if (*machine.descriptors >= kManyConnections)
    return fine(format_count(*machine.descriptors) + " descriptors");
  return {.severity = Severity::kBounds,
          .found = fmt::format("a process may have {} descriptors", format_count(*machine.descriptors)),
          .effect =
              "Each thread of suite load, and each worker of a server, holds fewer connections than that: "
              "more of "
              "them take more threads (suite load -t) and more workers.",
          .advice = "In this shell",
          .command = "sudo prlimit --pid $$ --nofile=1048576"};
}

Finding ports(const Machine& machine) {
  constexpr std::uint64_t kUsual = 28'000;
  if (!machine.first_port || !machine.last_port || *machine.last_port < *machine.first_port)
    return unknown("local ports");
  const std::uint64_t count = *machine.last_port - *machine.first_port + 1;
  if (count >= kUsual) return fine(format_count(count) + " local ports");
  return {.severity = Severity::kBounds,
          .found = fmt::format("one address has {} local ports", format_count(count)),
          .effect =
              "That is how many connections there can be from it to one server, those in TIME_WAIT (a minute "
              "after "
              "their end) included.",
          .advice = "More source addresses help too (suite load --source-ip)",
          .command = "sudo sysctl -w net.ipv4.ip_local_port_range='1024 65535'"};
}

Finding time_wait(const Machine& machine) {
  if (!machine.time_wait_reuse) return unknown("reuse of ports in TIME_WAIT");
  if (*machine.time_wait_reuse != 0) return fine("ports in TIME_WAIT are reused");
  return {.severity = Severity::kBounds,
          .found = "ports in TIME_WAIT are not reused (net.ipv4.tcp_tw_reuse is 0)",
          .effect =
              "With a new connection per request, ports run out after some 28,000 requests, and come back a "
              "minute "
              "later.",
          .advice = "suite load --close rst leaves none in TIME_WAIT",
          .command = "sudo sysctl -w net.ipv4.tcp_tw_reuse=1"};
}

Finding listen_queue(const Machine& machine) {
  constexpr std::uint64_t kBacklog = 4096;  // the servers' default
  if (!machine.listen_queue) return unknown("listen queue");
  if (*machine.listen_queue >= kBacklog)
    return fine(fmt::format("listen queues of {}", format_count(*machine.listen_queue)));
  return {.severity = Severity::kBounds,
          .found = fmt::format("a listen queue holds {} (net.core.somaxconn)",
                               format_items(*machine.listen_queue, "connection")),
          .effect =
              "Whatever --backlog says: when more come at once the rest is dropped, and tries again a second "
              "later.",
          .advice = "Restart servers after that",
          .command = fmt::format("sudo sysctl -w net.core.somaxconn={}", kBacklog)};
}

Finding syn_queue(const Machine& machine) {
  constexpr std::uint64_t kBurst = 1024;  // four load threads' handshakes in flight
  if (!machine.syn_queue || !machine.syn_cookies) return unknown("SYN queue");
  if (*machine.syn_cookies > 1) {
    return {.severity = Severity::kNote,
            .found = "every handshake is done with a SYN cookie (net.ipv4.tcp_syncookies is 2)",
            .effect = "Connecting costs the server more, and a connection may lack TCP options.",
            .advice = {},
            .command = "sudo sysctl -w net.ipv4.tcp_syncookies=1"};
  }
  if (*machine.syn_cookies == 1 || *machine.syn_queue >= kBurst)
    return fine(fmt::format("a SYN queue of {}", format_count(*machine.syn_queue)));
  return {.severity = Severity::kBounds,
          .found = fmt::format("a SYN queue holds {}, and there are no SYN cookies",
                               format_items(*machine.syn_queue, "handshake")),
          .effect = "When more connect at once the rest is dropped, and tries again a second later.",
          .advice = {},
          .command = fmt::format("sudo sysctl -w net.ipv4.tcp_max_syn_backlog={}", 4 * kBurst)};
}

Finding firewall(const Machine& machine) {
  if (!machine.most_tracked || !machine.tracked) return fine("no connection tracking");
  const std::uint64_t room = *machine.most_tracked - std::min(*machine.tracked, *machine.most_tracked);
  if (room >= kManyConnections)
    return fine(fmt::format("the firewall can track {} more connections", format_count(room)));
  return {.severity = Severity::kBounds,
          .found = fmt::format("the firewall can track {} more connections (nf_conntrack: {} of {})",
                               format_count(room), format_count(*machine.tracked),
                               format_count(*machine.most_tracked)),
          .effect =
              "What comes beyond that is dropped, and tries again a second later. Closed connections are "
              "tracked for "
              "two minutes.",
          .advice = {},
          .command = fmt::format("sudo sysctl -w net.netfilter.nf_conntrack_max={}", 16 * kManyConnections)};
}

constexpr std::array kKernelChecks{
    Check{"clock-source", &clock_source}, Check{"io-uring", &io_uring},
    Check{"descriptors", &descriptors},   Check{"ports", &ports},
    Check{"time-wait", &time_wait},       Check{"listen-queue", &listen_queue},
    Check{"syn-queue", &syn_queue},       Check{"firewall", &firewall},
};

}  // namespace

std::span<const Check> kernel_checks() { return kKernelChecks; }

}  // namespace suite::diagnosis
