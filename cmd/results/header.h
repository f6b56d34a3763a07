// What all documents begin with, and how one is told from what it is not.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "cmd/results/fields.h"

namespace suite::results {

/// A kind of document, and the schemas of it that this version reads: all up to that which it writes.
struct DocumentKind {
  std::string_view verb;  // that writes it
  int schema;             // that this version writes
};
inline constexpr DocumentKind kLoadDocument{.verb = "load", .schema = 1};
inline constexpr DocumentKind kBenchDocument{.verb = "bench", .schema = 2};

/// The JSON that the text is; discarded where it is none, or nested deeper than any document of ours: who
/// copies, walks or writes it calls itself once for each level.
Json parse_json(std::string_view text);

/// The object that the text is. Otherwise one line for the user.
std::expected<Json, std::string> parse_object(std::string_view text);

/// The verb that wrote a document; empty: it is no result of suite.
std::string_view writer_of(const Json& document);

/// The object that the text is, if it is a document of that kind. Otherwise one line for the user.
std::expected<Json, std::string> parse_document(std::string_view text, DocumentKind kind);

}  // namespace suite::results
