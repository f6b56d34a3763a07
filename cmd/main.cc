// The program's own help, the choice of a verb, and the last resort for what nobody caught.
#include <fmt/format.h>

#include <array>
#include <exception>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/cli/exit_code.h"
#include "cmd/cli/output.h"
#include "cmd/manual/manual_files.h"
#include "cmd/verbs.h"
#include "cmd/version.h"
#include "common/base/long_values.h"
#include "common/base/near_miss.h"

namespace suite {
namespace {

std::string help_text() {
  std::string text =
      "suite: how fast are TCP and HTTP servers really, on Linux?\n\n"
      "  suite serve-echo --backend epoll --port 3900     # in one terminal\n"
      "  suite load --conns 100 --secs 10                 # in another\n\n"
      "Usage: suite VERB [flags]\n\n";
  for (const Verb& verb : verbs()) {
    fmt::format_to(std::back_inserter(text), "  {:<12} {}\n", verb.name, verb.summary);
  }
  return text + "\n'suite VERB --help' explains a verb; 'suite --version' names this build.\n";
}

int print(std::string_view text) { return print_result("suite", text) ? kExitOk : kExitFailed; }

// For the build, which installs what this prints: no user needs it, and no help names it.
int print_manual(std::span<const char* const> names) {
  if (names.empty()) return print(manual::manual_names());
  const auto text = manual::manual_text(names.front());
  if (text) return print(*text);
  print_stderr("suite: --manual: {}\n", text.error());
  return kExitUsage;
}

int unknown_verb(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Verb& verb : verbs()) names.push_back(verb.name);
  const auto near = near_miss(name, names);
  print_stderr("suite: there is no verb {}{}\n", with_long_values_cut(fmt::format("'{}'", name)),
               near ? fmt::format("; did you mean '{}'?", *near)
                    : fmt::format(" (it is one of: {})", fmt::join(names, ", ")));
  return kExitUsage;
}

// `arguments` begin with the verb's name.
int run_verb(std::span<const char* const> arguments) {
  const std::string_view name = arguments.front();
  for (const Verb& verb : verbs()) {
    if (verb.name == name) return verb.run(static_cast<int>(arguments.size()), arguments.data());
  }
  return unknown_verb(name);
}

int run(std::span<const char* const> arguments) {
  if (arguments.size() < 2) {
    write_stderr(help_text());
    return kExitUsage;
  }
  const std::string_view name = arguments[1];
  if (name == "help" && arguments.size() > 2) return run_verb(std::array{arguments[2], "--help"});
  if (name == "--help" || name == "-h" || name == "help") return print(help_text());
  if (name == "--version") return print(version_text() + "\n");
  if (name == "--manual") return print_manual(arguments.subspan(2));
  return run_verb(arguments.subspan(1));
}

}  // namespace
}  // namespace suite

int main(int argc, char** argv) {
  suite::secure_standard_streams();
  try {
    return suite::run(std::span<const char* const>(argv, static_cast<std::size_t>(argc)));
  } catch (const std::exception& error) {
    suite::print_stderr("suite: unexpected failure: {}\n", error.what());
  } catch (...) {
    suite::write_stderr("suite: unexpected failure\n");
  }
  return suite::kExitFailed;
}
