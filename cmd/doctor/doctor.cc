// suite doctor: what on this machine spoils or bounds measurements.
#include <chrono>
#include <string>

#include "client/drivers/make_driver.h"
#include "cmd/cli/exit_code.h"
#include "cmd/cli/option_parser.h"
#include "cmd/cli/output.h"
#include "cmd/diagnosis/checks.h"
#include "cmd/diagnosis/look.h"
#include "cmd/doctor/doctor_options.h"
#include "cmd/doctor/doctor_report.h"
#include "cmd/verbs.h"
#include "cmd/version.h"

namespace suite::doctor {
namespace {

// Long enough for the kernel's ticks of 10 ms.
constexpr std::chrono::seconds kSample{1};

// No version tells, and several things forbid it: it is tried.
std::string uring_refusal() {
  const auto possible = check_driver(DriverKind::kUring);
  return possible ? "" : possible.error().why;
}

int look_and_print(const DoctorFlags& flags) {
  diagnosis::Machine machine = diagnosis::look_at_this_machine(kSample);
  if (machine.usable_cpus.empty()) {
    write_stderr("suite doctor: cannot read /proc/self/status: mount /proc\n");
    return kExitFailed;
  }
  machine.uring_refusal = uring_refusal();
  const auto findings = diagnosis::examine(machine);
  const std::string text = flags.json ? doctor_json(findings, machine, this_environment())
                                      : doctor_text(findings, this_environment());
  return print_result("suite doctor", text) ? kExitOk : kExitFailed;
}

}  // namespace

OptionTable doctor_table(DoctorFlags& flags) {
  return {.verb = "doctor",
          .usage = "suite doctor [flags]",
          .summary = "What on this machine spoils measurements, or bounds what can be measured.",
          .examples =
              "  suite doctor\n"
              "  suite doctor --json | jq -r '.findings[] | select(.severity == \"spoils\") | .found'",
          .notes =
              "Reads /proc and /sys, watches for a second who uses the processors, and changes nothing:\n"
              "each finding has its effect, and a command that changes it (until the next boot). The exit\n"
              "code is 0 whatever is found. docs/doctor.md lists what is looked at.",
          .groups = {{.title = "Output",
                      .options = {{.name = "--json",
                                   .value = values::toggle(flags.json),
                                   .help = "the same for programs, with what is fine"}}}},
          .no_config = "it measures nothing"};
}

}  // namespace suite::doctor

namespace suite {

int run_doctor(int argc, const char* const* argv) {
  doctor::DoctorFlags flags;
  const OptionTable table = doctor::doctor_table(flags);
  const auto given = parse_options(table, arguments_of(argc, argv));
  if (!given) return finish(table.verb, given.error());
  return doctor::look_and_print(flags);
}

}  // namespace suite
