// A verb's flags as tables: a flag is a row, and parsing, both help pages, refusals, the settings and the
// config of a result follow from it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cmd/cli/option_value.h"

namespace suite {

/// What a flag amounts to in the end: `--secs` is 10 s also where nobody gave it. Nothing: it has no effect.
class Setting {
 public:
  using Value = std::variant<std::monostate, bool, std::uint64_t, double, std::chrono::nanoseconds,
                             std::string, std::vector<std::string>>;
  Setting() = default;
  template <class Type>
  Setting(Type value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor): rows are short
  template <class Type>
  Setting(const std::optional<Type>& value) {  // NOLINT(google-explicit-constructor): rows are short
    if (value) value_ = Setting(*value).value_;
  }

  const Value& value() const { return value_; }

 private:
  Value value_;
};

/// A property of a result's `config`. "http.method" is `method` in the object `http`.
struct ConfigEntry {
  std::string_view key;
  Setting value = {};
};

/// What some flags cannot do without, such as an HTTP target. A constant of the verb, known by its address.
struct Need {
  std::string_view refusal;  // behind the flag, where it is not met: " is for HTTP: give ..."
};

/// Another flag that cannot stand beside this one, and why: "--find-max and --runs exclude each other: WHY".
struct Exclusion {
  std::string_view flag;
  std::string_view why;
};

struct Option {
  std::string_view name;        // "--conns"; one without dashes is the argument without a flag: "TARGET"
  char letter = 0;              // 'c' for -c; 0: none
  std::string_view also = {};   // a second long name, which the help shows: "--document-root"
  std::string_view takes = {};  // what the help calls its value: "N", "DUR"; a toggle has none
  OptionValue value;            // where the value goes, what is accepted, what the default is
  std::string help;             // what it does, in under 80 characters and without the default
  std::string unset = {};       // what goes where it is not given, if `value` has no default: "off"
  bool rare = false;            // on --help-all only
  bool bare = false;            // may stand without its value, one of its choices; it then changes nothing
  bool many = false;            // without a flag: takes all such arguments that are left
  std::vector<const Need*> needs = {};
  std::vector<Exclusion> excludes = {};
  std::vector<ConfigEntry> config = {};     // where a result keeps it, and its effective value
  std::string_view no_config = {};          // or why no result does
  std::optional<std::string> setting = {};  // as flags for the line of settings, if not as `config` has it

  bool is_positional() const { return !name.starts_with('-'); }
  /// As the help shows it: "100"; empty: none.
  std::string_view default_text() const { return value.default_text.empty() ? unset : value.default_text; }
};

/// Flags that stand together on --help-all.
struct OptionGroup {
  std::string_view title;
  std::vector<Option> options;
};

/// Another name, long or short, for a flag, which no help shows. With a value it stands for flag and value.
struct Alias {
  std::string_view name;        // "--no-latency"
  std::string_view flag;        // "--latency"
  std::string_view value = {};  // "off"
};

/// What to say of a flag known from another tool.
struct Hint {
  std::string_view flag;  // "-k"
  std::string_view advice;
  /// It is one of ours without a value; the advice is for those who give it a number: hey's -q 500.
  bool before_number = false;
};

/// All that the command line of a verb consists of. Made for each parse: its rows refer to the variables
/// that hold the values, which outlive it and hold the defaults until then.
struct OptionTable {
  std::string_view verb;      // "load"
  std::string_view usage;     // "suite load [TARGET] [flags]"
  std::string_view summary;   // one line
  std::string_view examples;  // whole lines, shown first
  std::string notes = {};     // whole lines, shown last
  std::vector<OptionGroup> groups;
  std::vector<Alias> aliases = {};
  std::vector<Hint> hints = {};
  std::string_view no_config = {};  // why no result keeps any of them
  /// Of an argument too many: the first of these flags that takes it as its value is the one to name.
  std::vector<std::string_view> for_stray_argument = {};
};

/// The row of this name: long, second or "-c"; nullptr where there is none.
const Option* find_option(const OptionTable& table, std::string_view name);

}  // namespace suite
