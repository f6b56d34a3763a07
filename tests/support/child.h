// A program under test, as a child process: its streams, its signals, its exit.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/net/unique_fd.h"
#include "tests/support/patience.h"

namespace suite::test {

/// How to start a program. `arguments[0]` is its path; the environment is ours plus `environment`.
struct Command {
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment = {};
  std::optional<std::size_t> descriptor_limit = {};  // soft and hard RLIMIT_NOFILE, none inherited
  /// What it gets as descriptors 0 to 2; kNoStream: closed. Unset: our own input, and pipes that we read.
  std::array<std::optional<int>, 3> streams = {};
};
inline constexpr int kNoStream = -1;

/// `suite` with these arguments.
Command suite_command(const std::vector<std::string>& arguments);

/// kill(2) for one process. Throws where `pid` is not positive: that would mean a group, or every process of
/// the machine.
void send_signal(::pid_t pid, int number);

/// How a process ended: an exit code, or the signal that killed it.
struct ExitStatus {
  int code = -1;
  int signal = 0;
  bool operator==(const ExitStatus&) const = default;
};
inline constexpr ExitStatus exited(int code) { return {.code = code}; }
inline constexpr ExitStatus killed_by(int signal) { return {.code = -1, .signal = signal}; }
void PrintTo(const ExitStatus& status, std::ostream* to);

/// Killed when it goes out of scope, or when the test program dies. Move-only.
class Child {
 public:
  explicit Child(const Command& command);
  Child(Child&& other) noexcept = default;
  Child& operator=(Child&&) = delete;
  ~Child();

  ::pid_t pid() const { return pid_.value; }
  /// Nothing where the end has been seen: the number may be another process's by now.
  void signal(int number) const {
    if (!status_) send_signal(pid(), number);
  }

  /// Reads standard error until it holds a whole line with `text`, and returns that line; nothing when the
  /// deadline passes or the stream ends before.
  std::optional<std::string> wait_for_line(const std::string& text,
                                           std::chrono::nanoseconds patience = kPatience);
  /// Waits for the end and reads the rest of both streams; nothing when it does not end in time.
  std::optional<ExitStatus> wait(std::chrono::nanoseconds patience = kPatience);

  /// What has been read of the streams so far; all of it after wait().
  const std::string& output() const { return output_; }
  const std::string& errors() const { return errors_; }

 private:
  struct Pid {
    ::pid_t value;
    explicit Pid(::pid_t pid) : value(pid) {}
    Pid(Pid&& other) noexcept : value(std::exchange(other.value, -1)) {}
  };

  // Waits for bytes on either stream, at most until `until`; false when both have ended or time is over.
  bool read_streams(std::chrono::steady_clock::time_point until);

  Pid pid_{-1};
  UniqueFd output_pipe_, errors_pipe_;
  std::string output_, errors_;
  std::optional<ExitStatus> status_;
};

/// Starts the program, waits for its end, and returns how it went.
struct Finished {
  ExitStatus status;
  std::string output, errors;
};
Finished run_to_end(const Command& command, std::chrono::nanoseconds patience = kPatience);

}  // namespace suite::test
