// What is counted of HTTP responses, besides what is counted of any reply.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace suite {

/// What is counted of HTTP/2's own events.
struct Http2Counts {
  std::uint64_t goaways = 0;                  // connections that the server announced the end of
  std::uint64_t sent_again = 0;               // requests that it had not processed, on another connection
  std::uint32_t fewest_streams = UINT32_MAX;  // the least that it allowed at once on a connection

  Http2Counts& operator+=(const Http2Counts& other) {
    goaways += other.goaways;
    sent_again += other.sent_again;
    fewest_streams = std::min(fewest_streams, other.fewest_streams);
    return *this;
  }
};

struct HttpCounts {
  std::array<std::uint64_t, 1000> statuses{};  // complete responses by status code
  std::uint64_t body_bytes = 0;                // content received, without what frames it
  std::uint64_t kept_alive = 0;                // complete responses after which the connection went on
  std::optional<std::uint64_t> first_length;   // bytes of content of the first complete response
  std::uint64_t other_lengths = 0;             // complete responses whose content was of another length
  std::string server;                          // the first Server field; empty: none
  std::optional<Http2Counts> http2;            // where that is spoken

  std::uint64_t responses() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : statuses) sum += count;
    return sum;
  }
  std::uint64_t non_2xx() const {
    std::uint64_t sum = responses();
    for (std::size_t code = 200; code < 300; ++code) sum -= statuses[code];
    return sum;
  }

  HttpCounts& operator+=(const HttpCounts& other) {
    for (std::size_t code = 0; code < statuses.size(); ++code) statuses[code] += other.statuses[code];
    body_bytes += other.body_bytes;
    kept_alive += other.kept_alive;
    if (!first_length) first_length = other.first_length;
    other_lengths += other.other_lengths;
    if (server.empty()) server = other.server;
    if (other.http2 && !http2) http2.emplace();
    if (other.http2) *http2 += *other.http2;
    return *this;
  }
};

}  // namespace suite
