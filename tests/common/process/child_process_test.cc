#include "common/process/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/net/event_fd.h"
#include "common/process/affinity.h"

namespace suite {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Patience patience(milliseconds time = seconds(20)) {
  return {.deadline = std::chrono::steady_clock::now() + time};
}

ChildCommand shell(std::string script) {
  return {.program = "sh",
          .arguments = {"-c", std::move(script)},
          .out = ChildStream::kCapture,
          .err = ChildStream::kCapture};
}

ChildProcess started(const ChildCommand& command) {
  auto child = ChildProcess::start(command);
  if (!child) throw std::runtime_error(child.error().one_line());
  return std::move(*child);
}

TEST(ChildProcess, CapturesWhatItWroteAndItsExitCode) {
  ChildProcess child = started(shell("echo result; echo trouble >&2; exit 3"));
  const auto end = child.wait(patience());
  ASSERT_TRUE(end);
  EXPECT_EQ(end->code, 3);
  EXPECT_FALSE(end->clean());
  EXPECT_EQ(end->describe(), "exit code 3");
  EXPECT_EQ(child.out(), "result\n");
  EXPECT_EQ(child.err(), "trouble\n");
}

TEST(ChildProcess, TakesMoreOutputThanAPipeHolds) {
  ChildProcess child = started(shell("head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2"));
  ASSERT_TRUE(child.wait(patience()));
  EXPECT_EQ(child.out().size(), 300000U);
  EXPECT_EQ(child.err().size(), 300000U);
}

TEST(ChildProcess, SaysWhyAProgramCannotBeStarted) {
  const auto child = ChildProcess::start({.program = "/nowhere/program"});
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().one_line(), "cannot start /nowhere/program: No such file or directory");
}

TEST(ChildProcess, ReadsErrorLinesOneByOneAndThenTheEnd) {
  ChildProcess child = started(shell("echo first >&2; printf 'no newline' >&2"));
  EXPECT_EQ(child.read_error_line(patience()), "first");
  EXPECT_EQ(child.read_error_line(patience()), "no newline");
  EXPECT_EQ(child.read_error_line(patience()), std::unexpected(Unmet::kEnded));
  EXPECT_TRUE(child.wait(patience())->clean());
}

TEST(ChildProcess, GivesUpAtTheDeadline) {
  ChildProcess child = started(shell("exec sleep 600"));
  EXPECT_EQ(child.read_error_line(patience(milliseconds(20))), std::unexpected(Unmet::kDeadline));
  EXPECT_FALSE(child.wait(patience(milliseconds(20))));
}

TEST(ChildProcess, StopsWaitingWhenInterrupted) {
  const auto interrupt = EventFd::open();
  ASSERT_TRUE(interrupt);
  interrupt->set();
  ChildProcess child = started(shell("exec sleep 600"));
  Patience interruptible = patience();
  interruptible.interrupt_fd = interrupt->fd();
  const auto end = child.wait(interruptible);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error(), Unmet::kInterrupted);
}

TEST(ChildProcess, IsAskedToEndBeforeItIsKilled) {
  ChildCommand command = shell("trap 'exit 7' TERM; sleep 600 & echo ready >&2; wait");
  command.own_group = true;
  ChildProcess child = started(command);
  ASSERT_EQ(child.read_error_line(patience()), "ready");
  EXPECT_EQ(child.terminate(seconds(20)).describe(), "exit code 7");
}

TEST(ChildProcess, IsKilledWhereItDoesNotEndByItself) {
  ChildProcess child = started(shell("trap '' TERM; echo ready >&2; exec sleep 600"));
  ASSERT_EQ(child.read_error_line(patience()), "ready");
  const ChildExit end = child.terminate(milliseconds(20));
  EXPECT_EQ(end.signal, SIGKILL);
  EXPECT_EQ(end.describe(), "killed by signal 9 (Killed)");
  EXPECT_EQ(child.terminate(milliseconds(20)).signal, SIGKILL) << "once more changes nothing";
}

TEST(ChildProcess, TakesItsGroupAlong) {
  ChildCommand command = shell("sleep 600 & echo $! >&2; exit 0");
  command.own_group = true;
  ChildProcess child = started(command);
  const auto line = child.read_error_line(patience());
  ASSERT_TRUE(line);
  ASSERT_TRUE(child.wait(patience()));
  // Orphaned, killed, and waited for by whoever adopted it: a zombie at most.
  const auto state = [&] {
    std::ifstream stat("/proc/" + *line + "/stat");
    std::string pid, name, letter;
    stat >> pid >> name >> letter;
    return letter;
  };
  const auto deadline = patience().deadline;
  while (!state().empty() && state() != "Z" && std::chrono::steady_clock::now() < deadline) {
  }
  EXPECT_THAT(state(), testing::AnyOf("", "Z"));
}

TEST(ChildProcess, IsGoneWhenItsOwnerGoes) {
  ::pid_t pid = 0;
  {
    const ChildProcess child = started(shell("exec sleep 600"));
    pid = child.pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST(ChildProcess, DiesWithItsParent) {
  std::array<int, 2> fds{};
  ASSERT_EQ(::pipe2(fds.data(), O_CLOEXEC), 0);
  const UniqueFd reading(fds[0]);
  UniqueFd writing(fds[1]);
  const ::pid_t parent = ::fork();
  if (parent == 0) {
    ::dup2(writing.get(), STDOUT_FILENO);
    const auto child = ChildProcess::start({.program = "sleep", .arguments = {"600"}});
    ::_exit(child ? 0 : 1);  // without destructors, like a crash
  }
  writing.reset();
  int status = -1;
  ASSERT_EQ(::waitpid(parent, &status, 0), parent);
  EXPECT_EQ(status, 0);
  // The pipe ends when the last process that holds it has ended: the child did.
  pollfd wait{.fd = reading.get(), .events = POLLIN, .revents = 0};
  ASSERT_EQ(::poll(&wait, 1, 20'000), 1);
  char byte = 0;
  EXPECT_EQ(::read(reading.get(), &byte, 1), 0);
}

TEST(ChildProcess, RunsOnTheProcessorsItWasGiven) {
  const int cpu = usable_cpus().back();
  ChildCommand command = shell("grep Cpus_allowed_list /proc/self/status");
  command.cpus = {cpu};
  ChildProcess child = started(command);
  ASSERT_TRUE(child.wait(patience()));
  EXPECT_EQ(child.out(), "Cpus_allowed_list:\t" + std::to_string(cpu) + "\n");
}

TEST(ChildProcess, InheritsNoDescriptorsAndNoBlockedSignals) {
  sigset_t set, before;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  ASSERT_EQ(::sigprocmask(SIG_BLOCK, &set, &before), 0);
  const UniqueFd leaky(::dup(STDERR_FILENO));  // without close-on-exec
  ChildProcess child = started(shell("ls /proc/self/fd | wc -l; grep SigBlk /proc/self/status"));
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  ASSERT_TRUE(child.wait(patience()));
  EXPECT_EQ(child.out(), "4\nSigBlk:\t0000000000000000\n") << "0, 1, 2 and the folder itself";
}

TEST(ChildProcess, TellsTheProcessorTimeItUsed) {
  ChildProcess child = started(shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"));
  const auto end = child.wait(patience());
  ASSERT_TRUE(end);
  EXPECT_GT(end->cpu.count(), 0);
}

}  // namespace
}  // namespace suite
