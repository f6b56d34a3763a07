// suite load on rank 0 of several: decides, and makes one result of all ranks' results.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "client/load_plan.h"
#include "client/load_result.h"
#include "cmd/cli/early_end.h"
#include "cmd/load/load_options.h"
#include "cmd/load/rank_roll.h"
#include "cmd/load/rank_runs.h"
#include "common/net/event_fd.h"
#include "common/ranks/rank_post.h"

namespace suite {

/// The runs of a load over ranks, as rank 0 sees them. The post and `interrupt` outlive it. One thread.
class RankLead {
 public:
  RankLead(RankPost& post, const EventFd& interrupt) : post_(post), interrupt_(interrupt) {}

  /// Hears from all ranks who they are, and lets them begin. Why they do not go together, if so.
  std::optional<EarlyEnd> muster(const RankRoll& own);

  /// One run over all ranks: a run_load(), with the whole plan. Where a rank's result does not come, the
  /// failure of what is returned says whose; it holds those that came. `options` are the same each time.
  std::expected<LoadResult, Error> run(const LoadOptions& options, const LoadPlan& plan);

  /// All is printed: everybody leaves. Returns the exit code; ends all ranks with it where one is lost.
  int end(int code);

 private:
  struct Arrivals;
  void collect(const LoadPlan& plan, Arrivals& arrived);
  Error missing(const Arrivals& arrived) const;

  RankPost& post_;
  const EventFd& interrupt_;
  std::vector<RankRoll> rolls_;
  std::vector<std::string> hosts_;
  bool measures_server_ = false;
  std::optional<RankRuns> runs_;
  bool lost_ = false;  // a rank did not answer: it is not waited for again
};

}  // namespace suite
