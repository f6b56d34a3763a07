// How the text after a flag becomes a value: read with our units, checked, and put where it belongs.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
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

OptionValue duration(std::chrono::nanoseconds& value);
OptionValue duration(std::optional<std::chrono::nanoseconds>& value);
/// More than 0.
OptionValue positive_duration(std::chrono::nanoseconds& value);
OptionValue positive_duration(std::optional<std::chrono::nanoseconds>& value);

OptionValue text(std::string& value);
OptionValue text(std::optional<std::string>& value);
OptionValue choice(std::string& value, std::vector<std::string_view> choices);
/// May be given several times: each value counts, in their order.
OptionValue list(std::vector<std::string>& values);
/// Takes no value; sets the variable.
OptionValue toggle(bool& value);

/// A value that `read` makes of the text: expected<Value, std::string>, where the error follows "--flag: ".
template <class Value, class Read>
OptionValue read_by(Read read, Value& value, std::string default_text = {}) {
  return {.take = [read = std::move(read), &value](const std::string& text) -> Complaint {
            auto taken = read(text);
            if (!taken) return std::move(taken).error();
            value = *std::move(taken);
            return std::nullopt;
          },
          .default_text = std::move(default_text)};
}

}  // namespace values
}  // namespace suite
