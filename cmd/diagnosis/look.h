// This machine, looked at for as long as it takes to see what else runs on it.
#pragma once

#include <chrono>
#include <string>

#include "cmd/diagnosis/machine.h"

namespace suite::diagnosis {

/// Reads /proc and /sys, and sleeps for `sample` between two looks at who uses the processors. Who calls it
/// uses none meanwhile.
Machine look_at_this_machine(std::chrono::nanoseconds sample);

/// What spoils measurements on it, a line each, a few at most; empty where nothing does.
std::string spoilers_text(const Machine& machine);

}  // namespace suite::diagnosis
