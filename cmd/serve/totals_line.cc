#include "cmd/serve/totals_line.h"

#include <fmt/format.h>

#include <chrono>

#include "common/base/units.h"

namespace suite {

std::string totals_line(const WorkerTotals& totals) {
  const double seconds = std::chrono::duration<double>(totals.cpu).count();
  std::string line =
      fmt::format("{}, {}, {} in, {} out, {:.2f} s CPU", format_items(totals.connections, "connection"),
                  format_items(totals.requests, "request"), format_size(totals.bytes_received),
                  format_size(totals.bytes_sent), seconds);
  if (totals.requests > 0) {
    line += fmt::format(" ({:.2f} us per request)", seconds * 1e6 / static_cast<double>(totals.requests));
  }
  if (totals.resets > 0) line += fmt::format(", {} reset by the peer", format_count(totals.resets));
  if (totals.timeouts > 0) line += fmt::format(", {} timed out", format_count(totals.timeouts));
  if (totals.cut > 0) line += fmt::format(", {} cut", format_count(totals.cut));
  if (totals.tls_handshakes + totals.tls_resumed > 0) {
    line += fmt::format(", {} ({} resumed)",
                        format_items(totals.tls_handshakes + totals.tls_resumed, "TLS handshake"),
                        format_count(totals.tls_resumed));
  }
  if (totals.tls_failures > 0) {
    line += fmt::format(", {} ended by a TLS failure", format_items(totals.tls_failures, "connection"));
  }
  if (totals.unlogged > 0) line += fmt::format(", {} log lines lost", format_count(totals.unlogged));
  if (totals.accept_pauses > 0) {
    line += fmt::format(", accepting paused {} times without descriptors, memory or threads",
                        format_count(totals.accept_pauses));
  }
  if (totals.bound_reached > 0) {
    line += fmt::format(", {} times at the bound on connections (others waited in the backlog)",
                        format_count(totals.bound_reached));
  }
  return line;
}

}  // namespace suite
