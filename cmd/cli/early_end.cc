#include "cmd/cli/early_end.h"

#include <unistd.h>
#include <fmt/format.h>

#include "cmd/cli/exit_code.h"
#include "cmd/cli/output.h"
#include "cmd/cli/terminal_line.h"
#include "cmd/cli/text_lines.h"
#include "common/base/c_escapes.h"
#include "common/base/long_values.h"

namespace suite {
namespace {

// What was given may have any bytes. Those that steer a terminal or end the line are shown as C writes them.
std::string in_one_line(std::string_view message) {
  std::string line;
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      line += c_escaped(std::string_view(&c, 1));
    } else {
      line += c;
    }
  }
  return line;
}

}  // namespace

EarlyEnd usage_error(std::string_view verb, std::string_view message) {
  return {.code = kExitUsage,
          .text = fmt::format("suite {}: {} (see 'suite {} --help')\n", verb,
                              in_one_line(with_long_values_cut(message)), verb)};
}

int finish(std::string_view verb, const EarlyEnd& end) {
  if (end.code == kExitOk) {
    const auto columns = terminal_columns(STDOUT_FILENO);
    const std::string text = columns ? fitted(end.text, *columns) : end.text;
    return print_result(fmt::format("suite {}", verb), text) ? kExitOk : kExitFailed;
  }
  write_stderr(end.text);
  return end.code;
}

}  // namespace suite
