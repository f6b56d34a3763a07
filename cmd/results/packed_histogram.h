// The buckets of a histogram as a short text, without loss: documents of `suite bench` hold thousands of
// them.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/stats/latency_histogram.h"

namespace suite::results {

using Buckets = std::vector<LatencyHistogram::Bucket>;

/// Base64 (RFC 4648) of adaptive Golomb-Rice codes: docs/bench-output.md describes every bit and has a reader
/// in Python. Counts of neighbouring buckets are alike, so each is coded as its difference from what its
/// neighbours lead to expect; that takes a fifth less than the deflated counts, and a tenth of their digits.
/// `buckets` are those of a histogram: ascending, none of them empty.
std::string pack(const Buckets& buckets);

/// Nothing where pack() cannot have written it.
std::optional<Buckets> unpack(std::string_view text);

}  // namespace suite::results
