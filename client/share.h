// Which part of a load a process makes, where several make it together: ranks, pods, machines.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "common/base/error.h"

namespace suite {

struct LoadPlan;

/// Where a thread stands among all threads that make a load together, in whichever process.
struct ThreadPlace {
  std::size_t number = 0;
  std::size_t count = 1;
};

/// Part number `part` of `parts`, counted from 0. All parts together are exactly the whole: counts add up to
/// it, and of what is taken in turn (URLs, due times of a rate) the part takes every parts-th, from the
/// part-th on.
struct Share {
  std::size_t part = 0;
  std::size_t parts = 1;

  bool operator==(const Share&) const = default;
  bool is_whole() const { return parts == 1; }

  /// How many of `total` it gets: the first parts get one more where they do not divide evenly.
  template <std::unsigned_integral Number>
  constexpr Number of(Number total) const {
    return total / parts + (part < total % parts ? 1 : 0);
  }
  /// How many the parts before it get together.
  template <std::unsigned_integral Number>
  constexpr Number before(Number total) const {
    return total / parts * part + std::min<Number>(part, total % parts);
  }
  /// Of thread `thread` of this part's `threads`. Parts need not have the same number of them: whatever is
  /// taken in turn, the threads of a part take together what is the part's.
  constexpr ThreadPlace place_of(std::size_t thread, std::size_t threads) const {
    return {.number = part + parts * thread, .count = parts * threads};
  }
};

/// "3/8": the third of eight. The error says what is wrong with the text.
std::expected<Share, std::string> parse_share(std::string_view text);
std::string share_text(const Share& share);

/// Nothing, or why the plan cannot be divided into plan.share.parts: no part may go without connections,
/// without one for each of its threads, or without requests where their number is given.
std::expected<void, Error> check_share(const LoadPlan& plan);

}  // namespace suite
