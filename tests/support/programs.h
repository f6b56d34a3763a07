// Programs of others that tests run, where this machine has them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace suite::test {

/// Where a program is, by the PATH or where servers are installed.
std::optional<std::string> find_program(const std::string& name);

/// For a program that cannot choose its own: a port of 127.0.0.1 where nobody listens. Somebody else may take
/// it first; the kernel hands out others before this one again.
std::uint16_t free_port();

}  // namespace suite::test

/// Finds a program or skips the test.
#define SUITE_FIND(program, name)                       \
  const auto program = suite::test::find_program(name); \
  if (!program) GTEST_SKIP() << name << " is not installed"
