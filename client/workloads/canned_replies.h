// How requests are answered where there is no server (--driver null).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "client/load_plan.h"

namespace suite {

struct CannedReplies {
  std::string reply;  // to each of them; empty: what was sent comes back
  /// How many requests end in the bytes of one send, where there is a reply. `part` is for it to note how
  /// much of another one there was before them, and is behind them; 0 on a new connection.
  std::function<std::uint64_t(std::string_view bytes, std::size_t& part)> requests_in = {};
  /// Instead of these where what comes back depends on what was sent: appends it.
  std::function<void(std::string_view bytes, std::vector<std::byte>& replies)> answer = {};
};
/// A page of 40 bytes. An answer to HEAD is its head alone; where only some requests are HEAD, a status that
/// never has content answers all of them.
CannedReplies canned_http(const HttpPlan& http);

/// `reply` to each message of the payload; all of them have one size.
CannedReplies canned_reply(const PayloadPlan& payload, std::string reply);

}  // namespace suite
