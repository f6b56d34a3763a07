// Next::kReadOrMore, for loops that receive by themselves from sockets that do not block.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "servers/loops/conversation.h"

namespace suite {

/// One recv(2) into `buffer`, from which out() may then borrow, or on_no_input(); nothing where the
/// connection broke.
std::optional<Next> read_or_more(Conversation& talk, int fd, std::span<std::byte> buffer, const Turn& turn);

}  // namespace suite
