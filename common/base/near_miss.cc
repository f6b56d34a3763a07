#include "common/base/near_miss.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace suite {
namespace {

// Levenshtein's distance, a row at a time.
std::size_t edits(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string_view> near_miss(std::string_view given, std::span<const std::string_view> known) {
  constexpr std::size_t kFurthest = 2;
  std::optional<std::string_view> best;
  std::size_t best_edits = kFurthest + 1;
  for (const std::string_view candidate : known) {
    const bool begins = given.size() >= 2 && candidate.starts_with(given);
    const std::size_t distance = begins ? 1 : edits(given, candidate);
    // A name of which every letter was replaced is no near miss.
    if (distance < best_edits && distance < candidate.size()) {
      best = candidate;
      best_edits = distance;
    }
  }
  return best;
}

}  // namespace suite
