// How the text after a flag becomes a value: read with our units, checked, and put where it belongs.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace suite {

/// What is wrong with a value, or with flags taken together, as a line for the user; nothing: all is well.
using Complaint = std::optional<std::string>;

/// Of a row. The variable that it was made for outlives it, and holds the default until `take` is called.
struct OptionValue {
  /// Called with each value as it is met, so the last one counts; of a toggle with "".
  std::function<Complaint(const std::string&)> take;
  std::string default_text = {};               // as the user would write it; empty: none
  std::vector<std::string_view> choices = {};  // all that is accepted; empty: see `take`
};

/// The kinds of value; the variable holds the default when they are called.
namespace values {

/// Inclusive.
struct Range {
  std::uint64_t least = 0;
  std::uint64_t most = UINT64_MAX;
};
OptionValue count(std::uint64_t& value, Range range);
OptionValue count(std::optional<std::uint64_t>& value, Range range);
OptionValue size(std::uint64_t& value, Range range);
OptionValue size(std::optional<std::uint64_t>& value, Range range);

/// The size in `text`, or what is wrong with it: for values of other types.
std::expected<std::uint64_t, std::string> read_size(std::string_view text, Range range);

OptionValue duration(std::chrono::nanoseconds& value);
OptionValue duration(std::optional<std::chrono::nanoseconds>& value);
/// More than 0.
OptionValue positive_duration(std::chrono::nanoseconds& value);
OptionValue positive_duration(std::optional<std::chrono::nanoseconds>& value);

/// "5" or "5%": percent, not negative.
OptionValue percent(std::optional<double>& value);

OptionValue text(std::string& value);
OptionValue text(std::optional<std::string>& value);
OptionValue choice(std::string& value, std::vector<std::string_view> choices);
/// May be given several times: each value counts, in their order.
OptionValue list(std::vector<std::string>& values);
/// Takes no value; makes the variable `given`.
OptionValue toggle(bool& value, bool given = true);

/// A value that `read` makes of the text: expected<Value, std::string>, where the error follows "--flag: ".
template <class Value, class Read>
OptionValue read_by(Read read, Value& value, const std::string& default_text = {}) {
  return {.take = [read = std::move(read), &value](const std::string& text) -> Complaint {
            auto taken = read(text);
            if (!taken) return std::move(taken).error();
            value = *std::move(taken);
            return std::nullopt;
          },
          .default_text = default_text};
}

/// "'xml' is not one of: line, json".
std::string not_one_of(std::string_view text, const std::vector<std::string_view>& choices);

template <class Value>
using Names = std::vector<std::pair<std::string_view, Value>>;

/// One of the names, for the value that it stands for.
template <class Value>
OptionValue named(Value& variable, Names<std::type_identity_t<Value>> names) {
  OptionValue made;
  for (const auto& [name, value] : names) {
    made.choices.push_back(name);
    if (variable == value) made.default_text = name;
  }
  made.take = [&variable, names = std::move(names),
               choices = made.choices](const std::string& text) -> Complaint {
    const auto found = std::ranges::find(choices, text);
    if (found == choices.end()) return not_one_of(text, choices);
    variable = names[static_cast<std::size_t>(found - choices.begin())].second;
    return std::nullopt;
  };
  return made;
}

}  // namespace values
}  // namespace suite
