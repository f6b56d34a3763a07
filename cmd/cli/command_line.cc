#include "cmd/cli/command_line.h"

#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <iterator>
#include <ranges>
#include <utility>

#include "cmd/cli/exit_code.h"
#include "cmd/cli/output.h"
#include "common/base/near_miss.h"
#include "common/base/units.h"

namespace suite {
namespace {

// CLI11's words for a flag without its value, and for a value where none belongs, in ours.
std::string reworded(std::string message) {
  if (const std::size_t at = message.find(": 1 required TEXT missing"); at != std::string::npos) {
    return message.substr(0, at) + ": its value is missing";
  }
  if (const std::size_t at = message.find(" was given a disallowed flag override"); at != std::string::npos) {
    return "--" + message.substr(0, at) + ": it takes no value";
  }
  return message;
}

// "-c,--conns" -> "--conns"
std::string long_name(std::string_view flags) {
  const std::size_t at = flags.find("--");
  return std::string(flags.substr(at == std::string_view::npos ? 0 : at, flags.find(',', at) - at));
}

std::string left_column(std::string_view flags, std::string_view value_name) {
  std::string left(flags);
  for (std::size_t comma = left.find(','); comma != std::string::npos; comma = left.find(',', comma + 1)) {
    left.insert(comma + 1, 1, ' ');
  }
  if (left.starts_with("--")) left.insert(0, "    ");
  if (!value_name.empty()) left.append(1, ' ').append(value_name);
  return left;
}

template <class Value, class Parse>
auto taking(Value& value, Parse parse) {
  return [&value, parse](const std::string& text) -> CommandLine::Complaint {
    auto parsed = parse(text);
    if (!parsed) return parsed.error();
    value = *parsed;
    return std::nullopt;
  };
}

auto duration_parser(bool zero_allowed) {
  return [zero_allowed](std::string_view text) {
    auto parsed = parse_duration(text);
    if (parsed && !zero_allowed && parsed->count() == 0) {
      parsed = std::unexpected(fmt::format("'{}' is no duration: give more than 0", text));
    }
    return parsed;
  };
}

auto ranged_parser(std::expected<std::uint64_t, UnitsError> (*parse)(std::string_view),
                   CommandLine::Range range) {
  return [parse, range](std::string_view text) {
    auto parsed = parse(text);
    if (!parsed || (*parsed >= range.least && *parsed <= range.most)) return parsed;
    parsed = std::unexpected(
        *parsed < range.least
            ? fmt::format("'{}' is too small; at least {} is accepted", text, format_count(range.least))
            : fmt::format("'{}' is too large; at most {} is accepted", text, format_count(range.most)));
    return parsed;
  };
}

}  // namespace

CommandLine::CommandLine(Description description)
    : description_(description), app_(std::make_unique<CLI::App>()) {
  app_->set_help_flag();
  app_->allow_extras();
}

CommandLine::~CommandLine() = default;

void CommandLine::custom(Flag flag, std::function<Complaint(const std::string&)> take) {
  std::string name = long_name(flag.flags);
  add_help(flag.flags, flag.value_name, flag.help);
  app_->add_option_function<std::string>(
          std::string(flag.flags),
          [take = std::move(take), name = std::move(name)](const std::string& value) {
            if (const Complaint complaint = take(value)) throw CLI::ValidationError(name + ": " + *complaint);
          })
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void CommandLine::duration(Flag flag, std::chrono::nanoseconds& value, bool zero_allowed) {
  custom(flag, taking(value, duration_parser(zero_allowed)));
}
void CommandLine::duration(Flag flag, std::optional<std::chrono::nanoseconds>& value, bool zero_allowed) {
  custom(flag, taking(value, duration_parser(zero_allowed)));
}
void CommandLine::count(Flag flag, std::uint64_t& value, Range range) {
  custom(flag, taking(value, ranged_parser(&parse_count, range)));
}
void CommandLine::count(Flag flag, std::optional<std::uint64_t>& value, Range range) {
  custom(flag, taking(value, ranged_parser(&parse_count, range)));
}
void CommandLine::size(Flag flag, std::uint64_t& value, Range range) {
  custom(flag, taking(value, ranged_parser(&parse_size, range)));
}
void CommandLine::size(Flag flag, std::optional<std::uint64_t>& value, Range range) {
  custom(flag, taking(value, ranged_parser(&parse_size, range)));
}

void CommandLine::text(Flag flag, std::string& value) {
  custom(flag, [&value](const std::string& given) -> Complaint {
    value = given;
    return std::nullopt;
  });
}
void CommandLine::text(Flag flag, std::optional<std::string>& value) {
  custom(flag, [&value](const std::string& given) -> Complaint {
    value = given;
    return std::nullopt;
  });
}

void CommandLine::list(Flag flag, std::vector<std::string>& values) {
  add_help(flag.flags, flag.value_name, flag.help);
  app_->add_option_function<std::vector<std::string>>(
          std::string(flag.flags), [&values](const std::vector<std::string>& given) { values = given; })
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
}

void CommandLine::choice(Flag flag, std::string& value, std::vector<std::string_view> choices) {
  custom(flag, [&value, choices = std::move(choices)](const std::string& given) -> Complaint {
    if (std::ranges::find(choices, std::string_view(given)) == choices.end()) {
      return fmt::format("'{}' is not one of: {}", given, fmt::join(choices, ", "));
    }
    value = given;
    return std::nullopt;
  });
}

void CommandLine::toggle(std::string_view flags, std::string_view help, bool& value) {
  add_help(flags, "", help);
  app_->add_flag(std::string(flags), value)->disable_flag_override();
}

void CommandLine::positional(std::string_view name, std::string_view help,
                             std::optional<std::string>& value) {
  help_lines_.push_back(
      {.long_name = {}, .names = {}, .left = std::string(name), .right = std::string(help), .group = group_});
  app_->add_option_function<std::string>(std::string(name),
                                         [&value](const std::string& given) { value = given; });
}

void CommandLine::add_help(std::string_view flags, std::string_view value_name, std::string_view help) {
  std::vector<std::string> names;
  for (const auto name : std::views::split(flags, ',')) names.emplace_back(name.begin(), name.end());
  help_lines_.push_back({.long_name = long_name(flags),
                         .names = std::move(names),
                         .takes_value = !value_name.empty(),
                         .left = left_column(flags, value_name),
                         .right = std::string(help),
                         .group = group_});
}

void CommandLine::group(std::string_view title) { group_ = title; }

void CommandLine::leave_to_help_all(std::initializer_list<std::string_view> long_names) {
  for (const std::string_view name : long_names) {
    const auto line = std::ranges::find(help_lines_, name, &HelpLine::long_name);
    assert(line != help_lines_.end());
    line->common = false;
  }
}

void CommandLine::hint(std::string_view foreign_flag, std::string_view advice) {
  hints_.emplace_back(foreign_flag, advice);
}
void CommandLine::hint_number(std::string_view toggle, std::string_view advice) {
  number_hints_.emplace_back(toggle, advice);
}
void CommandLine::alias(std::string_view other_name, std::string_view flag) {
  aliases_.emplace_back(other_name, flag);
}
void CommandLine::optional_value(std::string_view long_name, std::vector<std::string_view> values) {
  optional_values_.emplace_back(long_name, std::move(values));
}

// "--duration" and "--duration=5s" as "--secs" and "--secs=5s"; "-oFILE" as "--json=FILE".
std::string CommandLine::without_alias(const std::string& argument) const {
  for (const auto& [other, flag] : aliases_) {
    if (argument == other) return flag;
    if (argument.starts_with(other + "=")) return flag + argument.substr(other.size());
    const bool is_short = other.size() == 2;
    if (is_short && argument.starts_with(other)) return flag + "=" + argument.substr(other.size());
  }
  return argument;
}

const CommandLine::HelpLine* CommandLine::find_flag(std::string_view name) const {
  const auto found = std::ranges::find_if(help_lines_, [&](const HelpLine& line) {
    return std::ranges::find(line.names, name) != line.names.end();
  });
  return found == help_lines_.end() ? nullptr : &*found;
}

// Whether the value of a flag in `argument` is the next argument: "--secs", "-d", "-qd", but not "-d5".
bool CommandLine::takes_next(std::string_view argument) const {
  if (argument.starts_with("--")) {
    const HelpLine* const flag = find_flag(argument);
    return flag != nullptr && flag->takes_value;
  }
  if (!argument.starts_with('-')) return false;
  for (std::size_t i = 1; i < argument.size(); ++i) {
    const HelpLine* const flag = find_flag(std::string("-") + argument[i]);
    if (flag == nullptr) return false;
    if (flag->takes_value) return i + 1 == argument.size();
  }
  return false;
}

bool CommandLine::drops(std::string_view argument, std::string_view next) const {
  return std::ranges::any_of(optional_values_, [&](const auto& entry) {
    return entry.first == argument && std::ranges::find(entry.second, next) == entry.second.end();
  });
}

// What follows a flag as its value stays as it is.
std::expected<std::vector<std::string>, std::string_view> CommandLine::plain(
    std::span<const std::string> arguments) const {
  std::vector<std::string> plain;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string argument = without_alias(arguments[i]);
    const std::string_view next = i + 1 < arguments.size() ? std::string_view(arguments[i + 1]) : "";
    for (const auto& [toggle, advice] : number_hints_) {
      if (argument == toggle && parse_rate(next)) return std::unexpected(std::string_view(advice));
    }
    if (drops(argument, next)) continue;
    plain.push_back(argument);
    if (takes_next(argument) && i + 1 < arguments.size()) plain.push_back(arguments[++i]);
  }
  return plain;
}

bool CommandLine::given(std::string_view name) const { return app_->count(std::string(name)) > 0; }

std::optional<int> CommandLine::parse(int argc, const char* const* argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto asked = [&](std::string_view flag) {
    return std::ranges::find(arguments, flag) != arguments.end();
  };
  if (asked("--help-all") || asked("--help") || asked("-h")) {
    const std::string text = help_text(asked("--help-all") ? HelpPage::kAll : HelpPage::kCommon);
    return print_result(fmt::format("suite {}", description_.verb), text) ? kExitOk : kExitFailed;
  }
  auto known = plain(arguments);
  if (!known) return usage_error(known.error());
  std::ranges::reverse(*known);  // as CLI11 wants them
  try {
    app_->parse(*known);
  } catch (const CLI::ParseError& error) {
    return usage_error(reworded(error.what()));
  }
  const std::vector<std::string> extras = app_->remaining();
  if (extras.empty()) return std::nullopt;
  // What follows an unknown flag may be its value, so the flag is the one to name.
  const auto flag =
      std::ranges::find_if(extras, [](const std::string& text) { return text.starts_with('-'); });
  if (flag != extras.end()) return unknown_flag(*flag);
  return usage_error(fmt::format("'{}' is one argument too many", extras.front()));
}

int CommandLine::usage_error(std::string_view message) const {
  print_stderr("suite {}: {} (see 'suite {} --help')\n", description_.verb, message, description_.verb);
  return kExitUsage;
}

int CommandLine::unknown_flag(std::string_view flag) const {
  const std::string_view name = flag.substr(0, flag.find('='));
  for (const auto& [foreign, advice] : hints_) {
    if (name == foreign) return usage_error(fmt::format("there is no {}: {}", name, advice));
  }
  std::vector<std::string_view> known;
  for (const HelpLine& line : help_lines_) {
    if (!line.long_name.empty()) known.push_back(line.long_name);
  }
  if (const auto near = near_miss(name, known)) {
    return usage_error(fmt::format("there is no {}; did you mean {}?", name, *near));
  }
  return usage_error(fmt::format("there is no {}", name));
}

std::string CommandLine::help_text(HelpPage page) const {
  constexpr std::size_t kWidestLeft = 26;
  std::string text =
      fmt::format("{}\n\n{}\n\nUsage: {}\n", description_.summary, description_.examples, description_.usage);
  const auto out = std::back_inserter(text);
  std::string_view group;
  if (page == HelpPage::kCommon || help_lines_.empty() || help_lines_.front().group.empty()) text += "\n";
  std::size_t left_out = 0;
  for (const HelpLine& line : help_lines_) {
    if (page == HelpPage::kCommon && !line.common) {
      ++left_out;
      continue;
    }
    if (page == HelpPage::kAll && line.group != group) {
      group = line.group;
      fmt::format_to(out, "\n{}\n", group);
    }
    const bool wide = line.left.size() > kWidestLeft;
    if (wide) fmt::format_to(out, "  {}\n", line.left);
    fmt::format_to(out, "  {:{}}  {}\n", wide ? "" : line.left, kWidestLeft, line.right);
  }
  if (left_out > 0) {
    fmt::format_to(out, "      --help-all              {} more flags: shows all, in groups\n", left_out);
  }
  if (!description_.notes.empty()) fmt::format_to(out, "\n{}\n", description_.notes);
  return text;
}

}  // namespace suite
