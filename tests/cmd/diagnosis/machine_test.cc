#include "cmd/diagnosis/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cmd/diagnosis/machine_folder.h"

namespace suite::diagnosis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(CpuList, IsRangesAndNumbers) {
  EXPECT_THAT(parse_cpu_list("0"), ElementsAre(0));
  EXPECT_THAT(parse_cpu_list("0-3,8,10-11"), ElementsAre(0, 1, 2, 3, 8, 10, 11));
  for (const char* bad : {"", "a", "3-1", "1-", "-1", ",", "1,,2", "1-2-3", "1 2", "99999999999"}) {
    EXPECT_THAT(parse_cpu_list(bad), IsEmpty()) << bad;
  }
}

TEST(Machine, IsReadFromProcAndSysBelowAnyRoot) {
  const MachineFolder folder;
  const Machine machine = read_machine(folder.root());
  EXPECT_THAT(machine.online_cpus, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(machine.usable_cpus, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(machine.core_of, testing::Contains(Pair(5, 1)));
  EXPECT_EQ(machine.top_speed_of.at(0), 3'800'000U);
  EXPECT_THAT(machine.memory_nodes, ElementsAre(0, 1));
  EXPECT_THAT(machine.governors, ElementsAre("performance"));
  ASSERT_TRUE(machine.turbo);
  EXPECT_FALSE(machine.turbo->on);
  EXPECT_EQ(machine.wake_up_us, 2U) << "the deepest state is disabled";
  EXPECT_EQ(machine.clock_source, "tsc");
  EXPECT_EQ(machine.descriptors, 1'048'576U);
  EXPECT_EQ(machine.first_port, 32768U);
  EXPECT_EQ(machine.last_port, 60999U);
  EXPECT_EQ(machine.time_wait_reuse, 2U);
  EXPECT_EQ(machine.listen_queue, 4096U);
  EXPECT_EQ(machine.syn_queue, 2048U);
  EXPECT_EQ(machine.syn_cookies, 1U);
  EXPECT_EQ(machine.tracked, 12U);
  EXPECT_EQ(machine.most_tracked, 262'144U);
  EXPECT_EQ(machine.uring_disabled, 0U);
  EXPECT_FALSE(machine.is_filtered);
  EXPECT_FALSE(machine.is_virtual);
  EXPECT_FALSE(machine.cpu_quota);
}

TEST(Machine, IsNotKnownWhereThereAreNoFiles) {
  const test::TemporaryFolder empty;
  const Machine machine = read_machine(empty.file(""));
  EXPECT_THAT(machine.usable_cpus, IsEmpty());
  EXPECT_THAT(machine.governors, IsEmpty());
  EXPECT_FALSE(machine.turbo || machine.descriptors || machine.first_port || machine.uring_disabled);
  EXPECT_EQ(machine.clock_source, "");
}

TEST(Machine, HasOnlyTheProcessorsThatThisProcessMayUse) {
  const MachineFolder folder;
  folder.write("proc/self/status", "Seccomp:\t2\nCpus_allowed_list:\t2,6\n");
  folder.write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
  const Machine machine = read_machine(folder.root());
  EXPECT_THAT(machine.usable_cpus, ElementsAre(2, 6));
  EXPECT_EQ(machine.online_cpus.size(), 8U);
  EXPECT_THAT(machine.memory_nodes, ElementsAre(1));
  EXPECT_THAT(machine.governors, ElementsAre("performance"));
  EXPECT_TRUE(machine.is_filtered);
}

TEST(Machine, KnowsBothSwitchesOfTurbo) {
  const MachineFolder folder;
  folder.write("sys/devices/system/cpu/intel_pstate/no_turbo", "0\n");
  EXPECT_TRUE(read_machine(folder.root()).turbo->on);
  folder.remove("sys/devices/system/cpu/intel_pstate");
  EXPECT_FALSE(read_machine(folder.root()).turbo);
  folder.write("sys/devices/system/cpu/cpufreq/boost", "1\n");
  EXPECT_TRUE(read_machine(folder.root()).turbo->on);
  EXPECT_EQ(read_machine(folder.root()).turbo->off, "0");
}

TEST(Machine, IsVirtualWhereItsProcessorsSaySo) {
  const MachineFolder folder;
  folder.write("proc/cpuinfo", "flags\t\t: fpu tsc hypervisor\n");
  EXPECT_TRUE(read_machine(folder.root()).is_virtual);
  folder.write("proc/cpuinfo", "flags\t\t: fpu hypervisory\n");
  EXPECT_FALSE(read_machine(folder.root()).is_virtual);
}

TEST(Machine, HasTheQuotaOfItsControlGroup) {
  const MachineFolder folder;
  folder.write("proc/self/cgroup", "0::/a.slice/b.service\n");
  folder.write("sys/fs/cgroup/a.slice/cpu.max", "150000 100000\n");
  folder.write("sys/fs/cgroup/a.slice/b.service/cpu.max", "max 100000\n");
  EXPECT_EQ(read_machine(folder.root()).cpu_quota, 1.5) << "that of the group around it holds too";
}

TEST(Usage, IsWhatTwoReadingsDifferBy) {
  const MachineFolder folder;
  constexpr int kCompiler = 5'000'001, kIdle = 5'000'002, kNew = 5'000'003;  // no process has such a number
  const std::vector<int> cpus{0, 1};
  folder.write_counters(1000, 5000, 10);
  folder.write_program(kCompiler, "cc1 (x) plus", 100);
  folder.write_program(kIdle, "sleeper", 50);
  const UsageReading before = read_usage(folder.root(), cpus);
  folder.write_counters(1075, 5020, 15);
  folder.write_program(kCompiler, "cc1 (x) plus", 130);
  folder.write_program(kNew, "new", 10);
  const Usage usage = usage_between(before, read_usage(folder.root(), cpus));
  EXPECT_DOUBLE_EQ(usage.seconds, 1);
  EXPECT_DOUBLE_EQ(usage.busy_cpus, 1.5);
  EXPECT_DOUBLE_EQ(usage.stolen_share, 0.05);
  EXPECT_EQ(usage.stolen_ticks, 10U);
  ASSERT_EQ(usage.programs.size(), 2U);
  EXPECT_EQ(usage.programs[0].name, "cc1 (x) plus");
  EXPECT_DOUBLE_EQ(usage.programs[0].cpus, 0.9);
  EXPECT_EQ(usage.programs[1].pid, kNew);
  EXPECT_DOUBLE_EQ(usage.programs[1].cpus, 0.3);
}

// A kernel thread's name says what it works on at the moment (kworker/0:2-events).
TEST(Usage, KnowsAProgramByNumberAndStartAndNotByName) {
  const MachineFolder folder;
  constexpr int kWorker = 5'000'001, kReused = 5'000'002;
  folder.write_program(kWorker, "kworker/0:2-events", 900);
  folder.write_program(kReused, "sh", 900, 10);
  const UsageReading before = read_usage(folder.root(), {0, 1});
  folder.write_counters(0, 100, 0);
  folder.write_program(kWorker, "kworker/0:2-mm", 900);
  folder.write_program(kReused, "sh", 10, 11);
  const Usage usage = usage_between(before, read_usage(folder.root(), {0, 1}));
  ASSERT_EQ(usage.programs.size(), 1U);
  EXPECT_EQ(usage.programs[0].pid, kReused);
  EXPECT_DOUBLE_EQ(usage.programs[0].cpus, 0.3);
}

TEST(Usage, IsNothingWhereNoTimeWentByOrNothingCanBeRead) {
  const MachineFolder folder;
  const UsageReading reading = read_usage(folder.root(), {0, 1});
  EXPECT_EQ(usage_between(reading, reading).seconds, 0);
  EXPECT_EQ(usage_between({}, {}).seconds, 0);
  folder.remove("proc");
  EXPECT_EQ(read_usage(folder.root(), {0, 1}).cpu_count, 0U);
}

TEST(Usage, IsThatOfTheUsableProcessors) {
  const MachineFolder folder;
  folder.write("proc/stat", "cpu0 0 0 0 0 0 0 0 0\ncpu1 0 0 0 0 0 0 0 0\ncpu10 0 0 0 0 0 0 0 0\n");
  const UsageReading before = read_usage(folder.root(), {1});
  folder.write("proc/stat", "cpu0 100 0 0 0 0 0 0 0\ncpu1 0 0 0 100 0 0 0 0\ncpu10 100 0 0 0 0 0 0 0\n");
  EXPECT_EQ(usage_between(before, read_usage(folder.root(), {1})).busy_cpus, 0);
}

TEST(Usage, GoesOnWhereCountersGoBack) {
  const MachineFolder folder;
  folder.write_counters(100, 100, 5);
  const UsageReading before = read_usage(folder.root(), {0, 1});
  folder.write_counters(99, 300, 4);
  const Usage usage = usage_between(before, read_usage(folder.root(), {0, 1}));
  EXPECT_EQ(usage.busy_cpus, 0);
  EXPECT_EQ(usage.stolen_ticks, 0U);
}

}  // namespace
}  // namespace suite::diagnosis
