// The flags of `suite merge`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cmd/cli/option.h"

namespace suite::merge {

/// What stdout gets. That of ab shows what no document holds (the server's name, lengths of pages).
enum class MergeFormat : std::uint8_t { kLine, kTable, kJson, kCsv };

struct MergeFlags {
  std::vector<std::string> results;
  std::optional<std::string> file;
  std::optional<MergeFormat> format;  // nothing: as --output has it
  std::vector<std::string> fail_if, require;
  bool quiet = false;
};

OptionTable merge_table(MergeFlags& flags);

}  // namespace suite::merge
