// A command line, read by the table of its verb.
#pragma once

#include <expected>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/cli/early_end.h"
#include "cmd/cli/option.h"

namespace suite {

/// Which flags stood on the command line, by their long names.
class GivenOptions {
 public:
  bool has(std::string_view long_name) const { return names_.contains(long_name); }
  void add(std::string_view long_name) { names_.insert(long_name); }

 private:
  std::set<std::string_view> names_;
};

/// argv without the verb's name.
std::vector<std::string> arguments_of(int argc, const char* const* argv);

/// Puts the values where the table's rows say. Ends early where help was asked for, and at the first thing
/// that is wrong: an unknown flag, a bad value, two flags that exclude each other.
std::expected<GivenOptions, EarlyEnd> parse_options(const OptionTable& table,
                                                    std::span<const std::string> arguments);

/// The refusal of the first flag, in the table's order, that was given and has one of the needs in `unmet`.
Complaint refusal(const OptionTable& table, const GivenOptions& given, const std::vector<const Need*>& unmet);

}  // namespace suite
