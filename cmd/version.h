// What `suite --version` says.
#pragma once

#include <string>

#include "common/process/environment.h"

namespace suite {

/// "0.1.0".
std::string version_number();
/// "g++ 12.2.0".
std::string compiler_text();
/// "fmt 9.1.0, json 3.11.2, ...": those of the backends too.
std::string libraries_text();
/// This machine and this build.
Environment this_environment();
/// Version and commit, compiler and libraries; several lines, without a newline at the end.
std::string version_text();

}  // namespace suite
