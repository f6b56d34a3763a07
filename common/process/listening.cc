#include "common/process/listening.h"

#include <arpa/inet.h>

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

namespace suite {
namespace {

namespace fs = std::filesystem;

// "socket:[4711]" of each open socket.
std::set<std::string> sockets_of(std::span<const fs::path> tasks) {
  std::set<std::string> found;
  for (const fs::path& task : tasks) {
    std::error_code ended;  // a process, or a descriptor of it, may go between two reads
    const fs::directory_iterator last;
    for (fs::directory_iterator fd(task / "fd", ended); !ended && fd != last; fd.increment(ended)) {
      std::error_code unreadable;
      const std::string target = fs::read_symlink(fd->path(), unreadable).string();
      if (target.starts_with("socket:[")) found.insert(target);
    }
  }
  return found;
}

// "0100007F" -> "127.0.0.1": words in the machine's byte order.
std::string address_of(std::string_view hex) {
  std::array<std::uint32_t, 4> words{};
  for (std::size_t i = 0; i < hex.size() / 8; ++i) {
    words[i] = static_cast<std::uint32_t>(std::stoul(std::string(hex.substr(i * 8, 8)), nullptr, 16));
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool is_v6 = hex.size() > 8;
  ::inet_ntop(is_v6 ? AF_INET6 : AF_INET, words.data(), text.data(), text.size());
  return is_v6 ? fmt::format("[{}]", text.data()) : std::string(text.data());
}

using ByPort = std::set<std::pair<std::uint64_t, std::string>>;

// A line is "0: 0100007F:0F3C 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 INODE ...".
void add_listening(const char* table, const std::set<std::string>& sockets, ByPort& found) {
  constexpr std::string_view kListening = "0A";
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);  // the heading
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string number, local, remote, state, queues, timer, retransmits, user, timeout, inode;
    fields >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >>
        inode;
    const std::size_t colon = local.find(':');
    if (state != kListening || colon == std::string::npos) continue;
    if (!sockets.contains(fmt::format("socket:[{}]", inode))) continue;
    const std::uint64_t port = std::stoul(local.substr(colon + 1), nullptr, 16);
    found.emplace(port, fmt::format("{}:{}", address_of(std::string_view(local).substr(0, colon)), port));
  }
}

}  // namespace

std::vector<std::string> listening_addresses(std::span<const fs::path> tasks) {
  const std::set<std::string> sockets = sockets_of(tasks);
  ByPort found;
  for (const char* table : {"/proc/self/net/tcp", "/proc/self/net/tcp6"})
    add_listening(table, sockets, found);
  std::vector<std::string> addresses;
  for (const auto& [port, address] : found) addresses.push_back(address);
  return addresses;
}

}  // namespace suite
