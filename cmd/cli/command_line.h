// A verb's flags: declared once, parsed, checked and explained from the same declaration.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace suite {

/// Wraps CLI11: values are our units, and every error is one line that names the flag, what was given and
/// what is accepted. Declare flags in the order in which the help shows them. The variables bound to flags
/// outlive parse(). A flag given twice: the last one counts.
class CommandLine {
 public:
  struct Description {
    std::string_view verb;      // "load"
    std::string_view usage;     // "suite load [TARGET] [flags]"
    std::string_view summary;   // one line
    std::string_view examples;  // whole lines, shown first
    std::string_view notes;     // whole lines, shown last; may be empty
  };

  explicit CommandLine(Description description);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  /// What is wrong with a value; nothing when it was taken.
  using Complaint = std::optional<std::string>;

  /// `flags` is "-c,--conns" or "--drain"; `value_name` is what the help shows for the value: "N", "DUR".
  struct Flag {
    std::string_view flags;
    std::string_view value_name;
    std::string_view help;  // with the default, where there is one
  };
  struct Range {
    std::uint64_t least = 0;
    std::uint64_t most = UINT64_MAX;
  };

  void duration(Flag flag, std::chrono::nanoseconds& value, bool zero_allowed = true);
  void duration(Flag flag, std::optional<std::chrono::nanoseconds>& value, bool zero_allowed = true);
  void count(Flag flag, std::uint64_t& value, Range range);
  void count(Flag flag, std::optional<std::uint64_t>& value, Range range);
  void size(Flag flag, std::uint64_t& value, Range range);
  void size(Flag flag, std::optional<std::uint64_t>& value, Range range);
  void text(Flag flag, std::string& value);
  void text(Flag flag, std::optional<std::string>& value);
  /// A flag that may be given several times: each value counts, in their order.
  void list(Flag flag, std::vector<std::string>& values);
  void choice(Flag flag, std::string& value, std::vector<std::string_view> choices);
  void toggle(std::string_view flags, std::string_view help, bool& value);
  /// A flag whose value `take` reads.
  void custom(Flag flag, std::function<Complaint(const std::string&)> take);
  /// At most one argument without a flag.
  void positional(std::string_view name, std::string_view help, std::optional<std::string>& value);
  /// Flags declared from here on stand below this title in --help-all: "Connections".
  void group(std::string_view title);
  /// Declared flags (their long names) that --help leaves to --help-all.
  void leave_to_help_all(std::initializer_list<std::string_view> long_names);
  /// Another name, long or short, for a declared flag; no help shows it: alias("--duration", "--secs"). Where
  /// the flag is given as "--latency=off", the alias stands for that and takes no value.
  void alias(std::string_view other_name, std::string_view flag);
  /// A flag of another tool that is one of ours without a value: says so where a number or rate follows it.
  void hint_number(std::string_view toggle, std::string_view advice);
  /// A flag that may stand without its value, and then changes nothing: where none of `values` follows, it is
  /// dropped.
  void optional_value(std::string_view long_name, std::vector<std::string_view> values);
  /// What to say when somebody uses a flag known from another tool: {"-k", "keep-alive is the default here"}.
  void hint(std::string_view foreign_flag, std::string_view advice);

  /// Whether the flag (its long name) stood on the command line.
  bool given(std::string_view long_name) const;

  /// Parses argv[1..]. Nothing: go on. Otherwise the exit code: help was printed, or one line of error.
  std::optional<int> parse(int argc, const char* const* argv);

  std::string_view verb() const { return description_.verb; }

  /// Prints "suite VERB: MESSAGE" on stderr and returns the exit code for a command line that cannot be
  /// right.
  int usage_error(std::string_view message) const;

 private:
  struct HelpLine {
    std::string long_name;
    std::vector<std::string> names;  // "-d", "--secs"
    bool takes_value = false;
    std::string left, right;
    std::string group = {};
    bool common = true;
  };
  enum class HelpPage { kCommon, kAll };
  std::string help_text(HelpPage page) const;
  void add_help(std::string_view flags, std::string_view value_name, std::string_view help);
  int unknown_flag(std::string_view flag) const;
  const HelpLine* find_flag(std::string_view name) const;
  bool takes_next(std::string_view argument) const;
  bool drops(std::string_view argument, std::string_view next) const;
  /// As the declared flags; or advice.
  std::expected<std::vector<std::string>, std::string_view> plain(
      std::span<const std::string> arguments) const;
  std::string without_alias(const std::string& argument) const;

  Description description_;
  std::unique_ptr<CLI::App> app_;
  std::vector<HelpLine> help_lines_;
  std::vector<std::pair<std::string, std::string>> hints_, number_hints_, aliases_;
  std::vector<std::pair<std::string, std::vector<std::string_view>>> optional_values_;
  std::string group_;
};

}  // namespace suite
