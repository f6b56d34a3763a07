// Another program, before it runs.
#pragma once

#include <string>
#include <vector>

namespace suite {

enum class ChildStream {
  kInherit,     // it writes where this process writes
  kCapture,     // through a pipe, for this process to read
  kCaptureEnd,  // the same, but only the end of it is kept (CapturedStream::kEndKept)
  kDiscard,
};

struct ChildCommand {
  std::string program;                 // a path; PATH is searched where it holds no slash
  std::vector<std::string> arguments;  // argv[1] and on
  std::vector<int> cpus;               // processors it may run on; empty: those of this process
  ChildStream out = ChildStream::kInherit;
  ChildStream err = ChildStream::kInherit;
  /// A process group of its own: a terminal's Ctrl-C does not reach it, and what it leaves behind in the
  /// group can be killed with it.
  bool own_group = false;
  /// What it leaves behind in its group is not killed: whoever started it looks after that (orphans.h).
  bool group_outlives_it = false;
};

}  // namespace suite
