#include "cmd/results/header.h"

#include <fmt/format.h>

namespace suite::results {
namespace {

// The verb that wrote it; empty: it is no result.
std::string_view writer_of(const Json& document) {
  if (!document.contains("schema") || !document.contains("suite")) return {};
  if (document.value("kind", Json()) == "bench") return "bench";
  return document.contains("config") && document.contains("runs") ? "load" : "";
}

}  // namespace

std::expected<Json, std::string> parse_document(std::string_view text, std::string_view verb) {
  Json document = Json::parse(text, nullptr, false);
  if (!document.is_object()) return std::unexpected("it holds no JSON object, or one that was cut off");
  const std::string_view writer = writer_of(document);
  if (writer.empty()) return std::unexpected(fmt::format("it is no result of suite {}", verb));
  if (writer != verb) {
    return std::unexpected(fmt::format("it is a result of suite {}, and not of suite {}", writer, verb));
  }
  if (const Json& schema = document["schema"]; schema != kSchema) {
    return std::unexpected(
        fmt::format("it is of schema {}, and this version of suite reads schema {}", schema.dump(), kSchema));
  }
  return document;
}

}  // namespace suite::results
