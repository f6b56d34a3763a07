// The descriptor limit, and descriptor tables of a thread's own.
#pragma once

#include <cstddef>
#include <span>

namespace suite {

/// Raises the soft limit of descriptors to the hard one and returns it. The limit holds per descriptor
/// table: a thread with a private table has one of its own.
std::size_t raise_descriptor_limit();

/// Gives the calling thread a descriptor table of its own (unshare(2), CLONE_FILES) that holds only
/// standard input, output and error and those in `keep`. The first act of a worker thread: a listener
/// that stays open in a copied table would go on swallowing connections. False where tables are shared in
/// this build (SUITE_PRIVATE_TABLES=OFF: ThreadSanitizer keys descriptors by number) or the kernel refused;
/// nothing was closed then.
bool take_private_descriptor_table(std::span<const int> keep);

/// Whether this build gives worker threads tables of their own.
bool has_private_descriptor_tables();

}  // namespace suite
