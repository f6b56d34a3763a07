// What a server of ours says at its end about each of its workers.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace suite::bench {

/// Requests of each worker, from lines such as "  worker 0: 50 connections, 1,234 requests, ...", in what a
/// server wrote to standard error. Empty where there is none: it has one worker, or is not ours.
std::vector<std::uint64_t> worker_requests_in(std::string_view text);

}  // namespace suite::bench
