// Verdicts, as sentences.
#pragma once

#include "cmd/report/content.h"

namespace suite::report {

/// What the section is about, in a sentence: for two contestants the second in the document against the
/// first; for many who is first, who ties, and who is how much worse. Claims nothing where the rounds are too
/// few. `table` has all but its headline and its ratios.
Headline headline_of(const results::BenchSection& section, const Table& table);

/// Of results of `suite load`: what was measured; nothing is claimed, as no rounds were interleaved.
Headline load_headline(const Table& table);

/// Of several files overlaid.
Headline overlaid_headline(const Table& table);

}  // namespace suite::report
