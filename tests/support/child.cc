#include "tests/support/child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ostream>
#include <stdexcept>

namespace suite::test {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  UniqueFd read_end, write_end;
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
  }
};

std::vector<std::string> environment_of(const Command& command) {
  std::vector<std::string> lines;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view line = *each;
    const bool replaced = std::ranges::any_of(
        command.environment, [line](const auto& entry) { return line.starts_with(entry.first + "="); });
    if (!replaced) lines.emplace_back(line);
  }
  for (const auto& [name, value] : command.environment) lines.push_back(name + "=" + value);
  return lines;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Runs in the child, between fork and exec: system calls only.
[[noreturn]] void become(const Command& command, char* const* arguments, char* const* environment, int output,
                         int errors, ::pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  for (int fd = 0; fd < static_cast<int>(command.streams.size()); ++fd) {
    const auto stream = command.streams[static_cast<std::size_t>(fd)];
    if (stream && *stream == kNoStream) ::close(fd);
    if (stream && *stream != kNoStream) ::dup2(*stream, fd);
  }
  if (command.descriptor_limit) {
    ::close_range(STDERR_FILENO + 1, ~0U, 0);  // what ctest leaves open takes none of them
    const rlimit limit{*command.descriptor_limit, *command.descriptor_limit};
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  ::execve(arguments[0], arguments, environment);
  ::_exit(127);
}

// Reads what is there; closes the pipe at its end.
void drain_pipe(UniqueFd& pipe, std::string& into) {
  std::array<char, 4096> block;
  const ssize_t count = ::read(pipe.get(), block.data(), block.size());
  if (count > 0) {
    into.append(block.data(), static_cast<std::size_t>(count));
  } else {
    pipe.reset();
  }
}

}  // namespace

Command suite_command(const std::vector<std::string>& arguments) {
  Command command{.arguments = {SUITE_PROGRAM}};
  for (const std::string& argument : arguments) command.arguments.push_back(argument);
  return command;
}

void send_signal(::pid_t pid, int number) {
  if (pid <= 0) throw std::runtime_error("a signal to no process in particular");
  ::kill(pid, number);
}

void PrintTo(const ExitStatus& status, std::ostream* to) {
  if (status.signal != 0) {
    *to << "killed by signal " << status.signal;
  } else {
    *to << "exit code " << status.code;
  }
}

Child::Child(const Command& command) {
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = environment_of(command);
  const std::vector<char*> argument_list = pointers_to(arguments);
  const std::vector<char*> environment_list = pointers_to(environment);
  Pipe output, errors;
  const ::pid_t parent = ::getpid();
  pid_.value = ::fork();
  if (pid_.value < 0) throw std::runtime_error("fork failed");
  if (pid_.value == 0) {
    become(command, argument_list.data(), environment_list.data(), output.write_end.get(),
           errors.write_end.get(), parent);
  }
  output_pipe_ = std::move(output.read_end);
  errors_pipe_ = std::move(errors.read_end);
}

Child::~Child() {
  if (pid() <= 0 || status_) return;
  signal(SIGKILL);
  ::waitpid(pid(), nullptr, 0);
}

std::optional<std::string> Child::wait_for_line(const std::string& text, std::chrono::nanoseconds patience) {
  const auto until = Clock::now() + patience;
  for (;;) {
    for (std::size_t begin = 0, end = 0; (end = errors_.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      std::string line = errors_.substr(begin, end - begin);
      if (line.find(text) != std::string::npos) return line;
    }
    if (!read_streams(until)) return std::nullopt;
  }
}

std::optional<ExitStatus> Child::wait(std::chrono::nanoseconds patience) {
  if (status_) return status_;
  const auto until = Clock::now() + patience;
  while (read_streams(until)) continue;
  int raw = 0;
  const bool ended = eventually([&] { return ::waitpid(pid(), &raw, WNOHANG) == pid(); },
                                std::max<std::chrono::nanoseconds>(until - Clock::now(), {}));
  if (!ended) return std::nullopt;
  status_ = WIFEXITED(raw) ? exited(WEXITSTATUS(raw)) : killed_by(WTERMSIG(raw));
  return status_;
}

bool Child::read_streams(Clock::time_point until) {
  std::array<pollfd, 2> waits{pollfd{output_pipe_.get(), POLLIN, 0}, pollfd{errors_pipe_.get(), POLLIN, 0}};
  if (!output_pipe_ && !errors_pipe_) return false;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  if (left.count() <= 0 || ::poll(waits.data(), waits.size(), static_cast<int>(left.count())) <= 0)
    return false;
  if (waits[0].revents != 0) drain_pipe(output_pipe_, output_);
  if (waits[1].revents != 0) drain_pipe(errors_pipe_, errors_);
  return true;
}

Finished run_to_end(const Command& command, std::chrono::nanoseconds patience) {
  Child child(command);
  const ExitStatus status = child.wait(patience).value_or(ExitStatus{});
  return {.status = status, .output = child.output(), .errors = child.errors()};
}

}  // namespace suite::test
