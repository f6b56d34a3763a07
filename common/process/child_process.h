// Another program, started, listened to, waited for and stopped.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <expected>
#include <optional>
#include <string>

#include "common/base/error.h"
#include "common/net/unique_fd.h"
#include "common/process/captured_stream.h"
#include "common/process/child_command.h"
#include "common/process/spawn.h"

namespace suite {

/// How a child ended, and what it used; its own children count as far as it has waited for them.
struct ChildExit {
  int code = 0;    // its exit code, where no signal ended it
  int signal = 0;  // the number of the signal that ended it; 0: none
  std::chrono::nanoseconds cpu{};

  bool clean() const { return code == 0 && signal == 0; }
  /// "exit code 3", "killed by signal 9 (Killed)".
  std::string describe() const;
};

class ChildProcess;

/// How long to wait, and for what else.
struct Patience {
  std::chrono::steady_clock::time_point deadline;
  int interrupt_fd = -1;           // readable: it ends the wait; -1: none
  ChildProcess* beside = nullptr;  // its streams are read meanwhile, and its end ends the wait
};

/// Whom a signal goes to.
enum class Whom {
  kChild,
  kGroup,  // all in its group, where it has one of its own
};

/// Why a wait ended without what was waited for.
enum class Unmet {
  kEnded,  // the child, or its stream, came to its end
  kDeadline,
  kInterrupted,
};

/// A running child, started as spawn() says, or one that ended and was waited for. One thread, which must
/// live on: the child is killed when the thread that started it ends. Move-only: when it goes, the child is
/// killed and waited for.
class ChildProcess {
 public:
  /// Fails also where the program cannot be executed.
  static std::expected<ChildProcess, Error> start(const ChildCommand& command);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  ::pid_t pid() const { return pid_; }
  /// Readable once the child has ended; -1 after it was waited for.
  int end_fd() const { return pidfd_.get(); }
  /// What was captured so far; complete once wait() has given the end.
  const std::string& out() const { return out_.text(); }
  const std::string& err() const { return err_.text(); }

  /// The next line of captured standard error.
  std::expected<std::string, Unmet> read_error_line(const Patience& patience);
  /// The child's end. Meanwhile the captured streams are read, so that a full pipe does not hold it up.
  std::expected<ChildExit, Unmet> wait(const Patience& patience);
  /// Asks with SIGTERM, and kills after `grace`.
  ChildExit terminate(std::chrono::nanoseconds grace, Whom whom = Whom::kChild);

 private:
  ChildProcess(Spawned spawned, const ChildCommand& command);

  std::optional<Unmet> poll_once(const Patience& patience);
  void kill();
  void reap();

  ::pid_t pid_;
  UniqueFd pidfd_;  // none after the child was waited for: then nothing is signalled any more
  bool own_group_, group_outlives_it_;
  CapturedStream out_, err_;
  ChildExit exit_;
};

}  // namespace suite
