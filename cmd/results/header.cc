#include "cmd/results/header.h"

#include <fmt/format.h>

namespace suite::results {
namespace {

std::string schemas_of(DocumentKind kind) {
  return kind.schema == 1 ? "schema 1" : fmt::format("schemas 1 to {}", kind.schema);
}

// Brackets in texts are none.
bool is_too_deep(std::string_view text) {
  constexpr std::size_t kDeepest = 100;
  std::size_t depth = 0;
  bool in_text = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if (letter == '"') in_text = !in_text;
    if (in_text) {
      if (letter == '\\') ++at;  // and what it escapes
    } else if (letter == '[' || letter == '{') {
      if (++depth > kDeepest) return true;
    } else if ((letter == ']' || letter == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

}  // namespace

Json parse_json(std::string_view text) {
  return is_too_deep(text) ? Json(Json::value_t::discarded) : Json::parse(text, nullptr, false);
}

std::expected<Json, std::string> parse_object(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return std::unexpected("it is empty");
  if (is_too_deep(text)) return std::unexpected("it is nested deeper than any result of suite");
  Json document = Json::parse(text, nullptr, false);
  if (!document.is_object()) return std::unexpected("it holds no JSON object, or one that was cut off");
  return document;
}

std::string_view writer_of(const Json& document) {
  if (!document.contains("schema") || !document.contains("suite")) return {};
  if (document.value("kind", Json()) == "bench") return kBenchDocument.verb;
  return document.contains("config") && document.contains("runs") ? kLoadDocument.verb : std::string_view();
}

std::expected<Json, std::string> parse_document(std::string_view text, DocumentKind kind) {
  auto parsed = parse_object(text);
  if (!parsed) return parsed;
  Json document = *std::move(parsed);
  const std::string_view writer = writer_of(document);
  if (writer.empty()) return std::unexpected(fmt::format("it is no result of suite {}", kind.verb));
  if (writer != kind.verb) {
    return std::unexpected(fmt::format("it is a result of suite {}, and not of suite {}", writer, kind.verb));
  }
  const Json& schema = document["schema"];
  if (schema.is_number_integer() && schema >= 1 && schema <= kind.schema) return document;
  const bool is_newer = schema.is_number_integer() && schema > kind.schema;
  return std::unexpected(fmt::format("it is of schema {}, and this version of suite reads {}{}",
                                     schema.dump(), schemas_of(kind),
                                     is_newer ? ": use the suite that wrote it, or a later one" : ""));
}

}  // namespace suite::results
