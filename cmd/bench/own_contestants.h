// Servers of the user's own, as contestants.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cmd/bench/contestant.h"

namespace suite::bench {

/// One as it was named on the command line.
struct OwnServer {
  std::string name;
  ServerKind kind = ServerKind::kHttp;
  std::string command;                  // with {port}, {root}, {workers}
  std::optional<std::string> url = {};  // it runs already: there is no command
};

/// What all of them have in common.
struct OwnLaunch {
  std::optional<std::string> ready_path;  // that answers 2xx when one is ready; nothing: its port accepts
  std::size_t workers = 1;                // processors that one may use, and what stands for {workers}
};

/// Without ports. They are asked for all that others are.
std::vector<Contestant> own_contestants(std::span<const OwnServer> servers, const OwnLaunch& launch);

}  // namespace suite::bench
