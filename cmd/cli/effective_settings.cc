#include "cmd/cli/effective_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <type_traits>
#include <nlohmann/json.hpp>

#include "common/base/shell_quoted.h"
#include "common/base/units.h"

namespace suite {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Setting& setting) {
  return std::visit(
      []<class Type>(const Type& value) -> Json {
        if constexpr (std::is_same_v<Type, std::monostate>)
          return nullptr;
        else if constexpr (std::is_same_v<Type, std::chrono::nanoseconds>)
          return std::chrono::duration<double>(value).count();
        else
          return value;
      },
      setting.value());
}

// "--conns 100", "--pin"; of an argument without a flag the value alone; empty: nothing to say.
std::string argument_of(const Option& option, std::string_view value) {
  if (option.is_positional()) return std::string(value);
  return fmt::format("{} {}", option.name, value);
}

std::string repeated(const Option& option, const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) {
    if (!text.empty()) text += ' ';
    text += argument_of(option, shell_quoted(value));
  }
  return text;
}

struct AsArguments {
  const Option& option;

  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(bool value) const { return value ? std::string(option.name) : ""; }
  std::string operator()(std::uint64_t value) const { return argument_of(option, std::to_string(value)); }
  std::string operator()(double value) const { return argument_of(option, fmt::format("{}", value)); }
  std::string operator()(std::chrono::nanoseconds value) const {
    return argument_of(option, duration_argument(value));
  }
  std::string operator()(const std::string& value) const { return argument_of(option, shell_quoted(value)); }
  std::string operator()(const std::vector<std::string>& values) const { return repeated(option, values); }
};

std::string flags_of(const Option& option) {
  if (option.setting) return *option.setting;
  if (option.config.empty()) return "";
  return std::visit(AsArguments{option}, option.config.front().value.value());
}

}  // namespace

Json config_json(const OptionTable& table) {
  Json config = Json::object();
  for (const OptionGroup& group : table.groups) {
    for (const Option& option : group.options) {
      for (const auto& [key, value] : option.config) {
        const std::size_t dot = key.find('.');
        Json& object = dot == std::string_view::npos ? config : config[std::string(key.substr(0, dot))];
        object[std::string(key.substr(dot + 1))] = json_of(value);
      }
    }
  }
  for (Json& member : config) {
    if (member.is_object() && std::ranges::all_of(member, &Json::is_null)) member = nullptr;
  }
  return config;
}

std::string settings_text(const OptionTable& table) {
  constexpr std::size_t kLine = 110;
  std::string text, line = fmt::format("suite {}", table.verb);
  for (const OptionGroup& group : table.groups) {
    for (const Option& option : group.options) {
      const std::string flags = flags_of(option);
      if (flags.empty()) continue;
      if (line.size() + flags.size() > kLine) {
        text += line + " \\\n";
        line = " ";
      }
      line += " " + flags;
    }
  }
  return text + line + "\n";
}

std::string command_text(const OptionTable& table, const GivenOptions& given) {
  std::string text = fmt::format("suite {}", table.verb);
  for (const OptionGroup& group : table.groups) {
    for (const Option& option : group.options) {
      if (!given.has(option.name)) continue;
      if (const std::string flags = flags_of(option); !flags.empty()) text += " " + flags;
    }
  }
  return text;
}

}  // namespace suite
