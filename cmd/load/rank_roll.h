// What the ranks of one load say of themselves before it begins, and whether they go together.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include <nlohmann/json.hpp>

#include "client/load_settings.h"
#include "cmd/cli/early_end.h"

namespace suite {

/// One rank.
struct RankRoll {
  std::string host;
  std::string suite;                        // version and commit
  nlohmann::ordered_json config = nullptr;  // its effective settings, as in a document
  std::string contents;                     // a digest of what it sends and expects: of files, that is
  bool has_server = false;                  // the process of --server-pid, which is asked for, is on its host
  std::optional<EarlyEnd> refusal = std::nullopt;  // its command line cannot be right
};

/// Of this process. The settings are those of all ranks together.
RankRoll rank_roll(const LoadSettings& settings);
/// Of one whose command line was refused.
RankRoll rank_roll(const EarlyEnd& refusal);

std::string roll_text(const RankRoll& roll);
/// Nothing where it is none that this version writes.
std::optional<RankRoll> roll_of(std::string_view text);

/// Why the ranks cannot make one load, in one line for the user, with the exit code; nothing where they can.
/// In the order of the ranks.
std::optional<EarlyEnd> why_ranks_differ(std::span<const RankRoll> rolls);

/// The rank that measures the server of --server-pid: the first one on its host. Nothing where there is none.
std::optional<std::size_t> rank_of_server(std::span<const RankRoll> rolls);

/// "rank 2 on b".
std::string rank_name(std::size_t rank, std::string_view host);
std::vector<std::string> hosts_of(std::span<const RankRoll> rolls);

/// This machine's name (gethostname(2)).
std::string this_host();

}  // namespace suite
