// Who was asked for, and of those who can run here.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/results/bench_document.h"

namespace suite::bench {

using results::LeftOut;

/// Backends, or peers.
struct Chosen {
  std::vector<std::string> running;
  std::vector<LeftOut> skipped;  // where all were meant: no failure
  std::vector<LeftOut> failed;   // asked for by name
  bool by_name = false;
};

/// Among those running where there is no reason against it, otherwise in `left_out`.
void add_to(Chosen& chosen, std::vector<LeftOut>& left_out, std::string_view name,
            const std::optional<std::string>& reason);

/// "a,b" -> a, b. Empty entries stay, for the caller to complain about.
std::vector<std::string_view> split_list(std::string_view list);

/// The same; an error for the user where one is named twice.
std::expected<std::vector<std::string_view>, std::string> different_names(std::string_view list);

}  // namespace suite::bench
