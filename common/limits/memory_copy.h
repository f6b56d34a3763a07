// One round of copying memory.
#pragma once

#include <vector>

#include "common/limits/window.h"

namespace suite::limits {

/// One thread copies kLargeBytes at a time from one block to another, all through both of them: each is
/// larger than most caches. Blocks for the round, on the client's processor. The blocks live as long as this.
class MemoryCopy {
 public:
  MemoryCopy();
  Sample round(const RoundPlan& plan);

 private:
  std::vector<char> from_, to_;
};

}  // namespace suite::limits
