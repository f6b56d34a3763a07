#include "client/judgement/disturbance.h"

#include <algorithm>

namespace suite {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

bool is_significant(const Lost& lost) {
  constexpr milliseconds kShortest{500}, kChance{50};
  const nanoseconds of_one = lost.window / 20;
  const nanoseconds of_all = lost.window / 50 * static_cast<std::int64_t>(lost.processors);
  return lost.window >= kShortest && lost.time > std::max<nanoseconds>({of_one, of_all, kChance});
}

nanoseconds cpu_of_others(const ProcessorTime& passed, nanoseconds used) {
  constexpr milliseconds kTicks{20};  // that /proc/stat may be late by
  const nanoseconds left = passed.working - used;
  const bool charged_with_interrupts = left < -kTicks;
  return std::max(charged_with_interrupts ? left + passed.interrupts : left, nanoseconds(0));
}

}  // namespace suite
