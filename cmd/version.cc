#include "cmd/version.h"

#include <fmt/format.h>
#include <nlohmann/detail/abi_macros.hpp>

#include "servers/protocols/http2/http2_sessions.h"
#include "servers/protocols/tls/tls_serving.h"
#include "servers/registry.h"
#include "suite_version.h"

namespace suite {

std::string version_number() { return kVersion; }

std::string compiler_text() {
#if defined(__clang__)
  return fmt::format("clang {}", __clang_version__);
#else
  return fmt::format("g++ {}", __VERSION__);
#endif
}

std::string libraries_text() {
  std::string text = fmt::format("fmt {}.{}.{}, json {}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
                                 FMT_VERSION % 100, NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                                 NLOHMANN_JSON_VERSION_PATCH);
  if (const auto tls = tls_library()) text += ", " + *tls;
  if (const auto http2 = http2_library()) text += ", " + *http2;
  std::string_view last;  // backends on one library stand together
  for (const Backend& backend : backends()) {
    if (!backend.library.empty() && backend.library != last) text += ", " + backend.library;
    last = backend.library;
  }
  return text;
}

Environment this_environment() {
  Environment here = this_machine();
  here.compiler = compiler_text();
  here.libraries = libraries_text();
  here.suite = kVersion;
  here.commit = kCommit;
  return here;
}

std::string version_text() {
  std::string text = fmt::format("suite {} (commit {})\ncompiler: {}\nlibraries: {}", kVersion, kCommit,
                                 compiler_text(), libraries_text());
  if (!tls_library()) text += "\nTLS: none (built without OpenSSL)";
  return text;
}

}  // namespace suite
