// Where and when something was measured, and by which build: for whoever reads the figures later.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace suite {

/// What is not known is empty, or 0.
struct Environment {
  std::string system, release, machine;  // uname(2): "Linux", "6.18.5", "x86_64"
  std::size_t usable_cpus = 0;           // that this process may use
  std::string cpu;                       // "AMD EPYC 7B13"
  std::uint64_t memory_bytes = 0;
  std::string distribution;  // "Debian GNU/Linux 12 (bookworm)"
  std::string date;          // when it was asked for, "2026-03-01T14:05:07Z" (RFC 3339)
  // Of the build:
  std::string compiler;   // "g++ 12.2.0"
  std::string libraries;  // "fmt 9.1.0, CLI11 2.3.2, ..."
  std::string suite;      // its version
  std::string commit;
};

/// Reads what the system says about this machine. What is of the build stays empty: only the program knows.
Environment this_machine();

/// "Linux 6.18.5 x86_64".
std::string kernel_text(const Environment& environment);
/// The parts of such a text, into where they belong; whatever it says, kernel_text() gives it back.
void set_kernel(Environment& environment, std::string_view text);

}  // namespace suite
