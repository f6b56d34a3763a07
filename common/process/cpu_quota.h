// How much processor time a control group allows, whatever processors it allows.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace suite {

/// Processors that this process may keep busy (cpu.max of its control group and those around it, version 2);
/// nothing: as many as there are, or it cannot be read. `root` is where /proc and /sys are.
std::optional<double> cpu_quota(const std::filesystem::path& root = "/");

/// What a cpu.max says: "150000 100000" is 1.5, "max 100000" nothing.
std::optional<double> quota_in(std::string_view cpu_max);

}  // namespace suite
