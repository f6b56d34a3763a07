// What one rank found, on its way to rank 0, and what all ranks found together.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/load_plan.h"
#include "client/load_result.h"
#include "cmd/results/load_run.h"
#include "common/ranks/start_agreement.h"

namespace suite {

/// One rank's part of one run.
struct RankResult {
  results::LoadRun run;
  LoadResult beyond;  // of what a document does not have: what ab's report and some advice are made of
};

/// `plan` is that rank's own.
std::string rank_result_text(const LoadPlan& plan, const LoadResult& result, const AgreedStart& start);
/// Nothing where it is none that this version writes.
std::optional<RankResult> rank_result_of(std::string_view text);

/// What one machine would have found that had made the load alone: counters, histograms, the series and CPU
/// times as `suite merge` adds them, and warnings with the ranks that gave them. `found` is in the order of
/// the ranks, with nothing for one that is missing; at least one is there. `hosts` are those of all ranks.
LoadResult sum_of_ranks(std::span<const std::optional<RankResult>> found, std::span<const std::string> hosts);

}  // namespace suite
