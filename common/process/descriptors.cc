#include "common/process/descriptors.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <vector>

namespace suite {

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  if (limit.rlim_cur < limit.rlim_max) {
    rlimit raised = limit;
    raised.rlim_cur = raised.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return std::min<std::size_t>(limit.rlim_cur, INT_MAX);
}

bool has_private_descriptor_tables() { return SUITE_PRIVATE_TABLES != 0; }

bool take_private_descriptor_table([[maybe_unused]] std::span<const int> keep) {
#if SUITE_PRIVATE_TABLES
  if (::unshare(CLONE_FILES) != 0) return false;
  std::vector<int> kept(keep.begin(), keep.end());
  std::ranges::sort(kept);
  unsigned first = STDERR_FILENO + 1;
  for (const int fd : kept) {
    const auto number = static_cast<unsigned>(fd);
    if (number < first) continue;
    if (number > first) ::close_range(first, number - 1, 0);
    first = number + 1;
  }
  ::close_range(first, ~0U, 0);
  return true;
#else
  return false;
#endif
}

}  // namespace suite
