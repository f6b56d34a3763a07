// Long because warnings are many: a function each.
#include "client/warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>

#include "client/drivers/client_socket.h"
#include "client/judgement/busyness.h"
#include "client/judgement/delayed_acks.h"
#include "client/judgement/drift.h"
#include "client/judgement/outage.h"
#include "client/judgement/overload.h"
#include "client/workloads/make_workload.h"
#include "common/base/units.h"

namespace suite {
namespace {

// A function for each warning, and a table of them at the end: the file is long because they are many.
using Warning = std::optional<std::string>;
using std::chrono::milliseconds;

constexpr double kIdle = 0.4;  // share of time in which the cores that both may use had nothing to do
constexpr double kFull = 0.1;

// Requests that were sent and had no answer within the timeout.
std::uint64_t unanswered(const LoadResult& result) {
  const std::uint64_t late = result.counts.errors[ErrorKind::kTimeout];
  return late - std::min(late, result.rate ? result.rate->shed + result.rate->cut : 0);
}

// --- Connections ----------------------------------------------------------------------------------------

Warning not_all_connected(const LoadPlan&, const LoadResult& result) {
  if (result.connections_opened >= result.connections_asked) return std::nullopt;
  // A server for one connection, such as nc -l, spends it on the look before the run whether it is there.
  const bool none = result.connections_opened == 0 && result.last_connect_errno == ECONNREFUSED;
  const std::string why =
      result.last_connect_error.empty() && result.tls ? result.tls->last_failure : result.last_connect_error;
  return fmt::format("connected {} of {}{}{}", format_count(result.connections_opened),
                     format_count(result.connections_asked), why.empty() ? "" : fmt::format(" ({})", why),
                     none ? ": nobody listens any more; a server that takes one connection only is used up "
                            "by the look before the run (have it take more: nc -k, socat with fork)"
                          : "");
}

Warning gave_up(const LoadPlan& plan, const LoadResult& result) {
  if (!result.gave_up) return std::nullopt;
  return fmt::format("stopped before all requests were made: no connection could be held open for {}",
                     format_duration(plan.timeout));
}

Warning no_port_left(const LoadPlan&, const LoadResult& result) {
  if (result.last_connect_errno != EADDRNOTAVAIL) return std::nullopt;
  return "no local port was left to connect from: a closed connection keeps its port in TIME_WAIT for a "
         "minute (give more addresses with --source-ip, close fewer connections, without --no-keepalive or "
         "with a larger --per-conn, or close them with --close rst)";
}

// Whether this run felt what the kernel counted, which may have been done to others: a SYN that is lost is
// sent again after a second, and so is the last step of a handshake.
bool waited_for_handshakes(const LoadResult& result) {
  const auto a_second = milliseconds(900);
  return result.connect.max() >= a_second || result.latency.max() >= a_second ||
         result.last_connect_errno == ETIMEDOUT || result.counts.errors[ErrorKind::kTimeout] > 0;
}

Warning handshakes_lost(const LoadPlan&, const LoadResult& result) {
  if (!result.kernel || !waited_for_handshakes(result)) return std::nullopt;
  const KernelCounters& counted = *result.kernel;
  if (const auto dropped = std::max(counted.listen_drops, counted.listen_overflows); dropped > 0) {
    return fmt::format(
        "a listen queue of this machine overflowed: the kernel dropped {} (raise the server's --backlog and "
        "net.core.somaxconn, or lower --connect-burst)",
        format_items(dropped, "handshake"));
  }
  if (const auto full = counted.syn_queue_full_drops + counted.syn_cookies; full > 0) {
    return fmt::format(
        "a SYN queue of this machine overflowed: {} dropped or answered with a cookie (raise "
        "net.ipv4.tcp_max_syn_backlog and the server's --backlog, or lower --connect-burst)",
        format_items(full, "SYN"));
  }
  if (counted.syn_retransmissions == 0) return std::nullopt;
  return fmt::format(
      "{} sent again, a second or more after the first: the server's machine or the network drops them "
      "(raise the server's --backlog, or lower --connect-burst)",
      format_items(counted.syn_retransmissions, "SYN"));
}

// --- Who was the limit ----------------------------------------------------------------------------------

Warning one_core(const LoadPlan& plan, const LoadResult& result) {
  if (shared_cores(plan, result) != 1) return std::nullopt;
  const int core = result.client_cpus.front();
  if (result.server_cpus.empty()) {
    return fmt::format(
        "the load generator may use core {} only, and a server on this machine shares it unless it was given "
        "others: each has only what the other leaves (give one of them another core, or compare CPU per "
        "request)",
        core);
  }
  return fmt::format(
      "load generator and server share core {}: each has only what the other leaves (give one of them "
      "another core, or compare CPU per request)",
      core);
}

// With one core it is always so, and one_core says it.
Warning share_full_cores(const LoadPlan& plan, const LoadResult& result) {
  const std::size_t cores = shared_cores(plan, result);
  if (cores < 2 || !shared_cores_full(plan, result)) return std::nullopt;
  return fmt::format(
      "load generator and server share all {} cores, and these were full: each has only what the other "
      "leaves, and more --threads would take from the server (compare CPU per request, give each cores of "
      "its own with taskset, or load from another machine)",
      cores);
}

// What gives the load generator more power: threads have a connection each, and a core. A server on the same
// cores needs one as well.
std::string more_power(const LoadPlan& plan, const LoadResult& result) {
  const std::size_t taken = result.threads + (shared_cores(plan, result) > 0 ? 1 : 0);
  if (!result.client_cpus.empty() && taken >= result.client_cpus.size()) {
    return "it may use no further core here: more --depth costs it less per request, and another machine "
           "can load as well";
  }
  return plan.threads >= plan.own_connections()
             ? "give the client more --conns and --threads, or more --depth"
             : "give the client more --threads, or more --depth";
}

// Of a rate that was not met, rate_not_met says who was the limit.
Warning client_bound(const LoadPlan& plan, const LoadResult& result) {
  const auto busy = busyness_of(plan, result);
  if (!busy || share_of_rate_reached(result) || share_full_cores(plan, result)) return std::nullopt;
  if (busy->server_has_room() && busy->client_at_limit()) {
    return fmt::format(
        "client-bound: the load generator used all of its cores and the server did not; the server can do "
        "more ({})",
        more_power(plan, result));
  }
  if (busy->server_has_room() && busy->a_thread_at_limit()) {
    return fmt::format(
        "client-bound: load thread {} of {} used all of its core and the server did not; the server can do "
        "more ({})",
        busy->busiest_number, busy->threads, more_power(plan, result));
  }
  if (!busy->server && busy->client_at_limit()) {
    return fmt::format(
        "the load threads are at their limit, and so may the figures be: the server can perhaps do more ({}; "
        "--server-pid tells whose limit it is)",
        more_power(plan, result));
  }
  return std::nullopt;
}

// Neither side worked much. Either nothing did, or the cores were others': that it says of an open loop too,
// which is otherwise idle where little is asked of it.
Warning nobody_busy(const LoadPlan& plan, const LoadResult& result) {
  const auto busy = busyness_of(plan, result);
  if (!busy || !busy->nobody_busy() || result.counts.completed == 0) return std::nullopt;
  const double idle = result.idle_share.value_or(1);
  if (idle < kFull) {
    return fmt::format(
        "other programs, or the host of this machine, took the cores: they were never idle, and the server "
        "used {:.0f} % of one, the load generator {:.0f} % (measure where nothing else runs)",
        *busy->server * 100, busy->client * 100);
  }
  if (plan.rate || idle < kIdle) return std::nullopt;
  return fmt::format(
      "server idle: it used {:.0f} % of a core and the load generator {:.0f} %, so the time goes elsewhere: "
      "delays, locks, disk or network, or waking up (more --conns or --depth show which)",
      *busy->server * 100, busy->client * 100);
}

// How many slots were taken on average (Little's law): for as long as a request was in service, and by one
// that had no answer, and those behind it, until the timeout freed them.
double slots_taken(const LoadPlan& plan, const LoadResult& result) {
  const auto late = unanswered(result);
  const auto behind = std::min(result.counts.errors[ErrorKind::kClosedEarly], late * (plan.depth - 1));
  const auto held = static_cast<double>(std::min(plan.timeout, result.measured).count());
  const double all =
      static_cast<double>(result.rate->service.sum()) + static_cast<double>(late + behind) * held;
  return all / static_cast<double>(result.measured.count());
}

// Whether the load threads themselves may be what kept requests from being sent.
bool client_may_be_limit(const Busyness& busy) {
  const bool at_limit = busy.client_at_limit() || busy.a_thread_at_limit();
  return at_limit && (!busy.server || busy.server_has_room());
}

// Why requests that were due were not sent in time; empty where nothing shows it. A load generator without
// power finds its slots taken as well, by replies that it has not read yet: so it is looked at first.
std::string why_not_sent(const LoadPlan& plan, const LoadResult& result) {
  const auto busy = busyness_of(plan, result);
  if (shared_cores(plan, result) > 1 && shared_cores_full(plan, result)) {
    return "; load generator and server share all cores, and these were full";
  }
  if (busy && busy->nobody_busy() && result.idle_share.value_or(1) < kFull) {
    return "; other programs, or the host of this machine, took the cores";
  }
  if (busy && client_may_be_limit(*busy)) {
    return fmt::format("; the load threads are at their limit ({}{})", more_power(plan, result),
                       busy->server ? "" : "; --server-pid tells whether the server is, too");
  }
  const std::uint64_t slots = plan.own_connections() * plan.depth;
  if (slots_taken(plan, result) > 0.9 * static_cast<double>(slots) ||
      result.counts.in_flight_at_end >= slots) {
    return fmt::format("; all {} waited for the server ({})", format_items(slots, "slot"),
                       unanswered(result) > 0 ? "which left requests unanswered"
                                              : "it cannot do more, or needs more --conns or --depth");
  }
  const ErrorCounts& errors = result.counts.errors;
  const bool broken = errors.total() > errors[ErrorKind::kTimeout] + errors[ErrorKind::kStatus];
  if (broken || result.connections_opened < result.connections_asked) {
    return "; requests wait while connections that broke are opened again (see the errors)";
  }
  if (!plan.latency) return {};
  if (shared_cores(plan, result) == 1) return "; the load threads came to run too late on the one core";
  if (unanswered(result) > 0) return "; requests wait while others, which had no answer, hold their slots";
  return "; the load threads came to run too late (leave them a core, with --pin or --busy-poll)";
}

Warning rate_not_met(const LoadPlan& plan, const LoadResult& result) {
  if (!share_of_rate_reached(result)) return std::nullopt;
  const RateResult& rate = *result.rate;
  return fmt::format("the rate could not be met: {}/s asked for, {}/s achieved{}{}", format_rate(rate.asked),
                     format_rate(rate.achieved),
                     rate.shed > 0 ? fmt::format(", {} never sent", format_items(rate.shed, "request")) : "",
                     why_not_sent(plan, result));
}

// The server took requests and left them; of some, or of all, nothing more is known.
Warning left_unanswered(const LoadPlan& plan, const LoadResult& result) {
  const std::uint64_t late = unanswered(result);
  if (late == 0) return std::nullopt;
  const bool nothing = result.counts.receives == 0;
  return fmt::format("{}: {} of {} sent had no answer within {} (it stalls or lost them{})",
                     nothing ? "the server answered nothing" : "the server left requests unanswered",
                     format_count(late), format_count(result.counts.sent), format_duration(plan.timeout),
                     nothing ? fmt::format(", or does not speak {}", traits_of(plan.protocol).name)
                             : ", or needs a longer --timeout");
}

// No byte came back on any connection, and they ended instead.
Warning closes_unanswered(const LoadPlan&, const LoadResult& result) {
  const ErrorCounts& errors = result.counts.errors;
  const std::uint64_t ended = errors[ErrorKind::kReset] + errors[ErrorKind::kClosedEarly];
  if (ended == 0 || result.counts.receives > 0 || unanswered(result) > 0) return std::nullopt;
  return fmt::format(
      "the server answered nothing: it closed or reset the connections of {} (it ended, is full, "
      "or speaks another protocol)",
      format_items(ended, "request"));
}

// --- What the figures show ------------------------------------------------------------------------------

Warning waits_for_acks(const LoadPlan& plan, const LoadResult& result) {
  if (plan.target.is_unix()) return std::nullopt;
  // Where --no-nodelay holds our own sends back, the other side delays acknowledgements, uncounted here.
  const std::uint64_t count =
      latencies_of_delayed_acks(result.latency, plan.sockets.nodelay ? result.kernel : std::nullopt);
  if (count == 0) return std::nullopt;
  return fmt::format(
      "{:.0f} % of the latencies lie at 40 ms, where Nagle's algorithm waits for a delayed acknowledgement "
      "(have the server send an answer in one piece, or set TCP_NODELAY{})",
      100 * static_cast<double>(count) / static_cast<double>(result.latency.count()),
      plan.sockets.nodelay ? "" : "; leave out --no-nodelay");
}

// What a closed loop leaves out: it asks for no more while a server stalls, and does not wait for it at the
// end.
Warning ends_in_a_stall(const LoadPlan& plan, const LoadResult& result) {
  constexpr auto kLong = std::chrono::milliseconds(100);
  const auto longest = result.latency.max().value_or(std::chrono::nanoseconds(0));
  if (plan.rate || !plan.latency ||
      result.oldest_in_flight < std::max<std::chrono::nanoseconds>(kLong, 2 * longest))
    return std::nullopt;
  if (result.counts.receives == 0) {
    return fmt::format(
        "the server answered nothing: at the end {} had no answer, the oldest for {} (it stalls, or does not "
        "speak this protocol)",
        format_items(result.counts.in_flight_at_end, "request"), format_duration(result.oldest_in_flight));
  }
  return fmt::format(
      "at the end {} had no answer, the oldest for {}, longer than any that was answered; they are in no "
      "figure (a --rate awaits what was due)",
      format_items(result.counts.in_flight_at_end, "request"), format_duration(result.oldest_in_flight));
}

// The average is over the whole window, and tells of neither part.
Warning silent_for_a_time(const LoadPlan&, const LoadResult& result) {
  const auto outage = longest_outage(result.series);
  if (!outage) return std::nullopt;
  return fmt::format(
      "nothing was answered from {} on{}: the server ended, restarted or could not be reached (see the "
      "errors); the throughput is an average over this time too, and was {}/s before",
      duration_argument(std::chrono::round<milliseconds>(outage->from)),
      outage->until_the_end
          ? ", until the end"
          : fmt::format(", until {}", duration_argument(std::chrono::round<milliseconds>(outage->to))),
      format_rate(outage->rate_before));
}

Warning only_redirects(const LoadPlan&, const LoadResult& result) {
  if (!result.http || result.http->responses() == 0) return std::nullopt;
  std::uint64_t redirects = 0;
  std::string codes;
  for (const std::size_t code : {301, 302, 303, 307, 308}) {
    const std::uint64_t count = result.http->statuses[code];
    redirects += count;
    if (count > 0) codes += fmt::format("{}{}", codes.empty() ? "" : ", ", code);
  }
  if (redirects != result.http->responses()) return std::nullopt;
  return fmt::format(
      "every answer was a redirect ({}), and none is followed: this measured the redirect, not the page "
      "(load "
      "the address in its Location field: curl -I shows it)",
      codes);
}

Warning speaks_http(const LoadPlan& plan, const LoadResult& result) {
  if (!result.reply_is_http) return std::nullopt;
  return http_advice(plan);
}

// What was asked for, and what the server takes.
Warning fewer_streams(const LoadPlan& plan, const LoadResult& result) {
  if (!result.http || !result.http->http2) return std::nullopt;
  const std::uint64_t most = result.http->http2->fewest_streams;
  if (most >= plan.depth) return std::nullopt;
  return fmt::format(
      "the server takes {} at once on a connection (SETTINGS_MAX_CONCURRENT_STREAMS): --depth {} was cut "
      "down "
      "to that (open more connections with --conns)",
      format_items(most, "stream"), plan.depth);
}

// What the kinds of errors do not say.
Warning replies_wrong(const LoadPlan&, const LoadResult& result) {
  const ErrorCounts& errors = result.counts.errors;
  const bool about_replies = errors[ErrorKind::kMismatch] + errors[ErrorKind::kMalformed] +
                                 errors[ErrorKind::kTimeout] + errors[ErrorKind::kClosedEarly] +
                                 errors[ErrorKind::kReset] >
                             0;
  if (result.remark.empty() || result.reply_is_http || !about_replies) return std::nullopt;
  return result.remark;
}

Warning server_gone(const LoadPlan& plan, const LoadResult& result) {
  if (!plan.server_pid || result.server_cpu) return std::nullopt;
  if (result.too_short_for_server_cpu) {
    return "the server's CPU time is not known: the window is too short for the kernel's clock of it";
  }
  return fmt::format(
      "the server's CPU time is not known: process {}, or one that it started, ended during the run",
      *plan.server_pid);
}

Warning not_steady(const LoadPlan&, const LoadResult& result) {
  const auto drift = drift_of(result.series);
  if (!drift || longest_outage(result.series)) return std::nullopt;
  const double change = (drift->last - drift->first) / std::max(drift->first, drift->last) * 100;
  return fmt::format(
      "not steady: throughput went {} by {:.0f} % within the run, from {}/s to {}/s (warm up longer with "
      "--warmup, and see what else this machine does)",
      change < 0 ? "down" : "up", change < 0 ? -change : change, format_rate(drift->first),
      format_rate(drift->last));
}

Warning few_samples(const LoadPlan& plan, const LoadResult& result) {
  if (!plan.latency || result.counts.completed == 0 || result.latency.percentile(0.99)) return std::nullopt;
  return fmt::format("only {}: p99 takes 100 and p99.9 takes 1,000; run longer",
                     format_items(result.latency.count(), "sample"));
}

// With others that were to begin at the same time, parts of what is measured are theirs alone.
Warning began_late(const LoadPlan& plan, const LoadResult& result) {
  constexpr auto kLate = std::chrono::milliseconds(10);
  if (!plan.start_at || !result.began || *result.began - *plan.start_at < kLate) return std::nullopt;
  return fmt::format(
      "the load began {} after --start-at: connections were not open before, or the machine was busy (give a "
      "later "
      "time)",
      format_duration(*result.began - *plan.start_at));
}

constexpr std::array kWarnings{&began_late,        &speaks_http,      &fewer_streams,     &replies_wrong,
                               &not_all_connected, &gave_up,          &no_port_left,      &handshakes_lost,
                               &one_core,          &share_full_cores, &client_bound,      &nobody_busy,
                               &rate_not_met,      &left_unanswered,  &closes_unanswered, &silent_for_a_time,
                               &only_redirects,    &waits_for_acks,   &not_steady,        &few_samples,
                               &ends_in_a_stall,   &server_gone};

}  // namespace

std::string http_advice(const LoadPlan& plan) {
  const std::string target = plan.target.to_string();
  return fmt::format("the reply is HTTP: use {}", plan.target.is_unix()
                                                      ? "http+" + target + ":/"
                                                      : (plan.tls ? "https://" : "http://") + target + "/");
}

std::vector<std::string> warnings_for(const LoadPlan& plan, const LoadResult& result) {
  std::vector<std::string> warnings = buffer_warnings(plan.sockets, plan.target.family());
  for (const auto& warning : kWarnings) {
    if (auto said = warning(plan, result)) warnings.push_back(std::move(*said));
  }
  return warnings;
}

}  // namespace suite
