// What a stack has touched and no longer uses.
#pragma once

#include <cstddef>

namespace suite {

/// Gives the system back whatever of the caller's stack lies below its frame, down to `low_end`, the lowest
/// byte of it. Takes one system call, and a page fault for each page that is used again.
void release_stack_down_to(const std::byte* low_end);

/// The same for the stack of this thread, which is not the main one.
void release_stack_of_thread();

}  // namespace suite
