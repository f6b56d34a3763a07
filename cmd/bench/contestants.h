// Which backends take part, from what the command line asked for and what can run here.
#pragma once

#include <expected>
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

struct Contestants {
  std::vector<Contestant> running;
  std::vector<LeftOut> skipped;  // of "all": no failure
  std::vector<LeftOut> failed;   // asked for by name
};

/// `list` is "all" or names with commas between. The error is for the user: an unknown name, or one twice.
std::expected<Contestants, std::string> choose_backends(std::string_view list);

/// "a,b" -> a, b. Empty entries stay, for the caller to complain about.
std::vector<std::string_view> split_list(std::string_view list);

}  // namespace suite
