// Where processes listen, as the kernel knows it.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace suite {

/// The TCP addresses of listening sockets that one of these threads holds, given as their folders of /proc
/// (see tasks_of_tree(); threads may have descriptors of their own, as those of suite have):
/// "127.0.0.1:8000",
/// "[::]:80", each once, in ascending order of ports (/proc/net/tcp, tcp6 and /proc/PID/task/TID/fd;
/// proc(5)). Those of other users' processes and of other network namespaces are not seen.
std::vector<std::string> listening_addresses(std::span<const std::filesystem::path> tasks);

}  // namespace suite
