// Addresses that a user gives in place of those that the resolver knows (--resolve).
#pragma once

#include <expected>
#include <span>
#include <string>

#include "client/target.h"

namespace suite {

/// Takes entries of the form NAME:PORT:ADDR[,ADDR...], as curl has them, into `target`: their addresses are
/// tried in order. An entry for anything but the target would do nothing, and is wrong. What is wrong, to be
/// read on after the flag's name.
std::expected<void, std::string> override_addresses(std::span<const std::string> entries, TargetName& target);

}  // namespace suite
