// "Did you mean ...?"
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace suite {

/// The entry of `known` that is at most two edits (insert, remove, replace) away from `given`, or that
/// `given` is the beginning of; the nearest of several; nothing where none is near.
std::optional<std::string_view> near_miss(std::string_view given, std::span<const std::string_view> known);

}  // namespace suite
