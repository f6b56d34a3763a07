// A result of whichever verb wrote it.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <variant>

#include "cmd/results/bench_document.h"
#include "cmd/results/load_document.h"

namespace suite::results {

using AnyDocument = std::variant<BenchDocument, LoadDocument>;

/// As read_bench_document() or read_load_document() reads it. The error is one line for the user.
std::expected<AnyDocument, std::string> read_any_document(std::string_view text);

}  // namespace suite::results
