// How sure an interval of this folder is.
#pragma once

namespace suite {

/// 95 %: what lies beyond it at either end.
inline constexpr double kTail = 0.025;

}  // namespace suite
