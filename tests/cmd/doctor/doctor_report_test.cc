#include "cmd/doctor/doctor_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <vector>
#include <nlohmann/json.hpp>

#include "cmd/diagnosis/checks.h"

namespace suite::doctor {
namespace {

using diagnosis::Finding;
using diagnosis::Severity;
using testing::HasSubstr;
using testing::Not;

const Environment kMachine{
    .system = "Linux", .release = "6.1.0", .machine = "x86_64", .usable_cpus = 8, .cpu = "A CPU"};

std::vector<Finding> some_findings() {
  return {{.name = "clock-source",
           .severity = Severity::kSpoils,
           .found = "the clock source is hpet",
           .effect = "Each reading of the clock is a system call, which takes a microsecond or more.",
           .advice = "Trust the processor",
           .command = "echo tsc"},
          {.name = "hypervisor",
           .severity = Severity::kNote,
           .found = "this is a virtual machine",
           .effect = "It has a host.",
           .advice = "Use hardware"},
          {.name = "steal", .found = "no steal"},
          {.name = "processors", .found = "8 processors"},
          {.name = "turbo", .severity = Severity::kUnknown, .found = "turbo"}};
}

TEST(DoctorText, HasWhatMattersFirstAndWhatIsFineOnALine) {
  EXPECT_EQ(doctor_text(some_findings(), kMachine),
            "A CPU, 8 usable processors, Linux 6.1.0 x86_64\n"
            "\n"
            "Spoils measurements\n"
            "  The clock source is hpet.\n"
            "      Each reading of the clock is a system call, which takes a microsecond or\n"
            "      more.\n"
            "      Trust the processor:\n"
            "      $ echo tsc\n"
            "\n"
            "Worth knowing\n"
            "  This is a virtual machine.\n"
            "      It has a host.\n"
            "      Use hardware.\n"
            "\n"
            "Fine: no steal, 8 processors.\n"
            "\n"
            "This machine does not say: turbo.\n");
}

TEST(DoctorText, SaysThatNothingWasFound) {
  const std::vector<Finding> fine{{.name = "steal", .found = "no steal"}};
  EXPECT_EQ(doctor_text(fine, kMachine),
            "A CPU, 8 usable processors, Linux 6.1.0 x86_64\n"
            "Nothing was found that spoils or bounds measurements.\n"
            "\n"
            "Fine: no steal.\n");
}

TEST(DoctorText, IsAtMostEightyColumnsWideButForCommands) {
  diagnosis::Machine machine;
  machine.usage = diagnosis::Usage{
      .seconds = 1,
      .busy_cpus = 2,
      .stolen_share = 0.5,
      .stolen_ticks = 50,
      .programs = {{std::string(15, 'x'), 4'000'000, 1}, {std::string(15, 'y'), 4'000'001, 1}}};
  machine.governors = {"powersave"};
  machine.usable_cpus = machine.online_cpus = {0, 1};
  machine.core_of = {{0, 0}, {1, 0}};
  machine.uring_disabled = 2;
  machine.descriptors = 100;
  std::istringstream lines(doctor_text(diagnosis::examine(machine), kMachine));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("      $ ")) continue;
    EXPECT_LE(line.size(), 80U) << line;
  }
}

TEST(DoctorJson, HasEveryFindingWithNullsForWhatThereIsNot) {
  diagnosis::Machine machine;
  machine.usage = diagnosis::Usage{.seconds = 1, .busy_cpus = 0.5, .programs = {{"ld", 4711, 0.5}}};
  const std::string text = doctor_json(some_findings(), machine, kMachine);
  const auto document = nlohmann::json::parse(text);
  EXPECT_EQ(document.at("schema"), 1);
  EXPECT_EQ(document.at("kind"), "doctor");
  EXPECT_EQ(document.at("sample").at("programs").at(0).at("pid"), 4711);
  EXPECT_EQ(document.at("sample").at("busy_cpus"), 0.5);
  ASSERT_EQ(document.at("findings").size(), 5U);
  EXPECT_EQ(document.at("findings").at(0).at("severity"), "spoils");
  EXPECT_EQ(document.at("findings").at(0).at("command"), "echo tsc");
  EXPECT_EQ(document.at("findings").at(1).at("severity"), "note");
  EXPECT_TRUE(document.at("findings").at(1).at("command").is_null());
  EXPECT_EQ(document.at("findings").at(2).at("severity"), "fine");
  EXPECT_EQ(document.at("findings").at(4).at("severity"), "unknown");
  machine.usage.reset();
  EXPECT_TRUE(nlohmann::json::parse(doctor_json({}, machine, kMachine)).at("sample").is_null());
}

}  // namespace
}  // namespace suite::doctor
