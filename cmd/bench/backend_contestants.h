// Who takes part, from what the command line asked for and what can run here.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/bench/plan.h"

namespace suite {

/// One that does not take part, and why.
struct LeftOut {
  std::string name;
  std::string reason;
};

/// Backends, or peers.
struct Chosen {
  std::vector<std::string> running;
  std::vector<LeftOut> skipped;  // where all were meant: no failure
  std::vector<LeftOut> failed;   // asked for by name
  bool by_name = false;
};

/// `list` is "all" or names with commas between. The error is for the user: an unknown name, or one twice.
std::expected<Chosen, std::string> choose_backends(std::string_view list);

/// Threads and processes around the same loop, epoll and prefork: over HTTP they are measured with one, two
/// and four workers side by side, and they are the ones measured where nobody asked for more.
bool is_compared_by_workers(std::string_view backend);

/// The servers of these backends, without ports; they take part in all workloads of their kind.
std::vector<Contestant> echo_contestants(std::span<const std::string> backends);
std::vector<Contestant> http_contestants(std::span<const std::string> backends);

/// Gives them ports of their own to begin with, from 3100 in steps of 100.
void number_ports(std::span<Contestant> contestants);

/// "a,b" -> a, b. Empty entries stay, for the caller to complain about.
std::vector<std::string_view> split_list(std::string_view list);

}  // namespace suite
