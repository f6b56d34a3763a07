#include "cmd/diagnosis/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "cmd/diagnosis/look.h"
#include "tests/cmd/diagnosis/machine_folder.h"

namespace suite::diagnosis {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// On which nothing is to be said: each core has one thread, and all memory is in one place.
Machine good_machine() {
  static const Machine read = read_machine(MachineFolder().root());
  Machine machine = read;
  machine.online_cpus = machine.usable_cpus = {0, 1, 2, 3};
  machine.memory_nodes = {0};
  machine.uring_refusal = "";
  machine.usage = Usage{.seconds = 1, .busy_cpus = 0.02};
  return machine;
}

Finding finding_of(const Machine& machine, std::string_view name) {
  const auto findings = examine(machine);
  const auto found = std::ranges::find(findings, name, &Finding::name);
  EXPECT_NE(found, findings.end()) << name;
  return found == findings.end() ? Finding{} : *found;
}

TEST(Checks, FindNothingOnAGoodMachine) {
  for (const Finding& finding : examine(good_machine())) {
    EXPECT_EQ(finding.severity, Severity::kFine) << finding.name << ": " << finding.found;
    EXPECT_THAT(finding.found, Not(IsEmpty())) << finding.name;
    EXPECT_THAT(finding.effect + finding.command, IsEmpty()) << finding.name;
  }
}

TEST(Checks, AreNotSureOfWhatTheMachineDoesNotSay) {
  for (const Finding& finding : examine(Machine{})) {
    if (finding.name == "cpu-quota" || finding.name == "hypervisor" || finding.name == "firewall")
      continue;  // absent: none
    EXPECT_EQ(finding.severity, Severity::kUnknown) << finding.name << ": " << finding.found;
  }
}

struct Bad {
  std::string_view check;
  Severity severity;
  std::function<void(Machine&)> spoil;
  std::string_view found;
  std::string_view command;  // empty: nothing in the machine changes it
};

std::vector<Bad> bad_machines() {
  using M = Machine;
  return {
      {"other-load", Severity::kSpoils,
       [](M& m) {
         m.usage = Usage{
             .seconds = 1, .busy_cpus = 1.84, .programs = {{"cc1plus", 4711, 0.93}, {"kworker", 7, 0.01}}};
       },
       "other programs use 1.8 of 4 processors: cc1plus (pid 4711) 0.9", "top -b -n 1 | head -n 15"},
      {"steal", Severity::kSpoils,
       [](M& m) { m.usage = Usage{.seconds = 1, .stolen_share = 0.07, .stolen_ticks = 28}; },
       "the hypervisor takes 7 % of the processors' time (steal)", "vmstat 1 5"},
      {"processors", Severity::kSpoils, [](M& m) { m.usable_cpus = {2}; },
       "this process may use one of 4 processors", "taskset -pc 0,1,2,3 $$"},
      {"processors", Severity::kSpoils, [](M& m) { m.online_cpus = m.usable_cpus = {0}; },
       "there is only one processor", ""},
      {"processors", Severity::kNote, [](M& m) { m.usable_cpus = {0, 1}; },
       "this process may use 2 of 4 processors", "taskset -pc 0,1,2,3 $$"},
      {"cpu-quota", Severity::kSpoils, [](M& m) { m.cpu_quota = 1.5; },
       "the control group may use 1.5 of 4 processors (cpu.max)",
       "echo max | sudo tee /sys/fs/cgroup/GROUP/cpu.max"},
      {"siblings", Severity::kSpoils, [](M& m) { m.core_of = {{0, 0}, {1, 0}, {2, 2}, {3, 2}}; },
       "4 processors are 2 cores, and 0 and 1 are the same one", "taskset -c 0,2 suite bench"},
      {"siblings", Severity::kNote, [](M& m) { m.core_of = {{0, 0}, {1, 1}, {2, 0}, {3, 1}}; },
       "4 processors are 2 cores", "taskset -c 0,1 suite bench"},
      {"siblings", Severity::kSpoils, [](M& m) { m.core_of = {{0, 0}, {1, 0}, {2, 0}, {3, 0}}; },
       "4 processors are 1 core, and 0 and 1 are the same one", ""},
      {"kinds-of-cores", Severity::kSpoils,
       [](M& m) { m.top_speed_of = {{0, 1024}, {1, 1024}, {2, 500}, {3, 500}}; },
       "some cores are faster than others", "taskset -c 0,1 suite bench"},
      {"governor", Severity::kSpoils, [](M& m) { m.governors = {"performance", "powersave"}; },
       "the processors' clock follows their load (governor performance, powersave)",
       "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"},
      {"turbo", Severity::kNote, [](M& m) { m.turbo->on = true; }, "turbo is on",
       "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo"},
      {"idle-states", Severity::kNote, [](M& m) { m.wake_up_us = 170; },
       "an idle processor takes up to 170 us to wake up", "sudo cpupower idle-set -D 20"},
      {"memory-nodes", Severity::kNote, [](M& m) { m.memory_nodes = {0, 1}; }, "memory is in 2 nodes (NUMA)",
       "numactl --cpunodebind=0 --membind=0 suite bench"},
      {"hypervisor", Severity::kNote, [](M& m) { m.is_virtual = true; }, "this is a virtual machine", ""},
      {"clock-source", Severity::kSpoils, [](M& m) { m.clock_source = "hpet"; }, "the clock source is hpet",
       "echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource"},
      {"clock-source", Severity::kSpoils,
       [](M& m) {
         m.clock_source = "acpi_pm";
         m.clock_sources = "hpet acpi_pm ";
       },
       "the clock source is acpi_pm", "sudo dmesg | grep -i -e tsc -e clocksource"},
      {"io-uring", Severity::kBounds,
       [](M& m) {
         m.uring_disabled = 2;
         m.uring_refusal = "Operation not permitted";
       },
       "io_uring is forbidden (kernel.io_uring_disabled is 2)", "sudo sysctl -w kernel.io_uring_disabled=0"},
      {"io-uring", Severity::kBounds,
       [](M& m) {
         m.is_filtered = true;
         m.uring_refusal = "Operation not permitted";
       },
       "io_uring does not work here: Operation not permitted",
       "docker run --security-opt seccomp=unconfined ..."},
      {"io-uring", Severity::kBounds, [](M& m) { m.uring_refusal = "Function not implemented"; },
       "io_uring does not work here: Function not implemented", ""},
      {"descriptors", Severity::kBounds, [](M& m) { m.descriptors = 4096; },
       "a process may have 4,096 descriptors", "sudo prlimit --pid $$ --nofile=1048576"},
      {"ports", Severity::kBounds, [](M& m) { m.last_port = 33767; }, "one address has 1,000 local ports",
       "sudo sysctl -w net.ipv4.ip_local_port_range='1024 65535'"},
      {"time-wait", Severity::kBounds, [](M& m) { m.time_wait_reuse = 0; },
       "ports in TIME_WAIT are not reused (net.ipv4.tcp_tw_reuse is 0)",
       "sudo sysctl -w net.ipv4.tcp_tw_reuse=1"},
      {"listen-queue", Severity::kBounds, [](M& m) { m.listen_queue = 128; },
       "a listen queue holds 128 connections (net.core.somaxconn)", "sudo sysctl -w net.core.somaxconn=4096"},
      {"syn-queue", Severity::kBounds,
       [](M& m) {
         m.syn_cookies = 0;
         m.syn_queue = 128;
       },
       "a SYN queue holds 128 handshakes, and there are no SYN cookies",
       "sudo sysctl -w net.ipv4.tcp_max_syn_backlog=4096"},
      {"syn-queue", Severity::kNote, [](M& m) { m.syn_cookies = 2; },
       "every handshake is done with a SYN cookie (net.ipv4.tcp_syncookies is 2)",
       "sudo sysctl -w net.ipv4.tcp_syncookies=1"},
      {"firewall", Severity::kBounds, [](M& m) { m.tracked = 262'000; },
       "the firewall can track 144 more connections (nf_conntrack: 262,000 of 262,144)",
       "sudo sysctl -w net.netfilter.nf_conntrack_max=1048576"},
  };
}

TEST(Checks, NameWhatIsBadItsEffectAndTheCommandThatChangesIt) {
  for (const Bad& bad : bad_machines()) {
    Machine machine = good_machine();
    bad.spoil(machine);
    const Finding finding = finding_of(machine, bad.check);
    EXPECT_EQ(finding.found, bad.found);
    EXPECT_EQ(finding.severity, bad.severity) << bad.found;
    EXPECT_EQ(finding.command, bad.command) << bad.found;
    EXPECT_TRUE(finding.effect.ends_with(".")) << bad.found << ": " << finding.effect;
    EXPECT_FALSE(finding.found.ends_with(".") || finding.advice.ends_with("."))
        << bad.found << ": " << finding.advice;
    // One machine, one thing that is bad.
    EXPECT_EQ(std::ranges::count(examine(machine), Severity::kFine, &Finding::severity),
              static_cast<std::ptrdiff_t>(examine(machine).size()) - 1)
        << bad.found;
  }
}

TEST(Checks, HaveABadMachineEachInThisTest) {
  const auto bad = bad_machines();
  for (const auto checks : {processor_checks(), kernel_checks()}) {
    for (const Check& check : checks)
      EXPECT_NE(std::ranges::find(bad, check.name, &Bad::check), bad.end()) << check.name;
  }
}

TEST(Checks, PutWhatMattersFirst) {
  Machine machine = good_machine();
  machine.descriptors = 4096;
  machine.is_virtual = true;
  machine.clock_source = "hpet";
  const auto findings = examine(machine);
  EXPECT_EQ(findings[0].name, "clock-source");
  EXPECT_EQ(findings[1].name, "descriptors");
  EXPECT_EQ(findings[2].name, "hypervisor");
}

TEST(Checks, CountTheProcessesOfABuildTogether) {
  Machine machine = good_machine();
  machine.usage =
      Usage{.seconds = 1,
            .busy_cpus = 2,
            .programs = {{"ninja", 3, 0.5}, {"cc1plus", 4, 0.4}, {"cc1plus", 5, 0.4}, {"ld", 6, 0.01}}};
  EXPECT_THAT(finding_of(machine, "other-load").found,
              testing::EndsWith(": cc1plus (2 processes) 0.8, ninja (pid 3) 0.5"));
}

TEST(Checks, DoNotTakeATickForSteal) {
  Machine machine = good_machine();
  machine.usage = Usage{.seconds = 0.2, .stolen_share = 0.025, .stolen_ticks = 1};
  EXPECT_EQ(finding_of(machine, "steal").severity, Severity::kFine);
}

TEST(Checks, BelieveATrialOfIoUringRatherThanItsSysctl) {
  Machine machine = good_machine();
  machine.uring_disabled = 1;  // root may, and so may a group
  EXPECT_EQ(finding_of(machine, "io-uring").severity, Severity::kFine);
  machine.uring_refusal = std::nullopt;
  EXPECT_EQ(finding_of(machine, "io-uring").severity, Severity::kUnknown);
  machine.uring_disabled = 2;
  EXPECT_EQ(finding_of(machine, "io-uring").severity, Severity::kBounds);
}

TEST(SpoilersText, HasALineForEachOfAFewAndNothingOnAGoodMachine) {
  Machine machine = good_machine();
  EXPECT_EQ(spoilers_text(machine), "");
  machine.descriptors = 100;
  EXPECT_EQ(spoilers_text(machine), "") << "it bounds, and suite bench keeps below";
  machine.clock_source = "hpet";
  EXPECT_EQ(spoilers_text(machine),
            "This machine spoils measurements: the clock source is hpet.\n"
            "'suite doctor' says what to do about that.\n");
  machine.governors = {"powersave"};
  machine.cpu_quota = 1;
  machine.usage = Usage{.seconds = 1, .busy_cpus = 1, .stolen_share = 0.5, .stolen_ticks = 50};
  const std::string text = spoilers_text(machine);
  EXPECT_EQ(std::ranges::count(text, '\n'), 4) << text;
  EXPECT_THAT(text, AllOf(HasSubstr("other programs use"), HasSubstr("(steal)"), HasSubstr("cpu.max")));
}

}  // namespace
}  // namespace suite::diagnosis
