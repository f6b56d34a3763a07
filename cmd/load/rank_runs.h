// One rank's part of the runs that all ranks make together.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/load_plan.h"
#include "client/load_result.h"
#include "cmd/load/load_options.h"
#include "common/base/error.h"
#include "common/net/event_fd.h"
#include "common/ranks/rank_post.h"

namespace suite {

/// Makes them, and keeps what this rank found: where the result goes into a file, FILE.rankN has it before
/// anything is sent, so that it outlives a job that is killed. One thread.
class RankRuns {
 public:
  struct Terms {
    const LoadOptions& options;           // of all ranks together
    std::vector<std::string> hosts = {};  // of all ranks, as far as they are known: for messages
    bool measures_server = false;         // this is the rank that does, where one is to
  };
  /// The options, the post and `interrupt` outlive it.
  RankRuns(Terms terms, RankPost& post, const EventFd& interrupt)
      : terms_(std::move(terms)), post_(post), interrupt_(interrupt) {}

  /// This rank's part of `plan`, which begins when all ranks are ready, as what is sent to rank 0.
  std::expected<std::string, Error> run(const LoadPlan& plan);

 private:
  LoadPlan part_of(const LoadPlan& plan) const;
  void keep(const LoadPlan& part, LoadResult result);

  Terms terms_;
  RankPost& post_;
  const EventFd& interrupt_;
  std::vector<LoadResult> results_;
};

/// What differs from run to run, for ranks that have the same settings.
std::string run_text(const LoadPlan& plan);
LoadPlan plan_of_run(const LoadPlan& settings, std::string_view text);

}  // namespace suite
