#include "cmd/results/bench_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "cmd/results/header.h"

namespace suite::results {
namespace {

constexpr std::string_view kEnd = "  ],\n";

// A JSON text without the values of "packed", which are most of it and need no parsing: base64 has no
// escapes.
struct Lightened {
  std::string text;
  std::vector<std::string_view> packed;
};

Lightened lightened(std::string_view text) {
  constexpr std::string_view kKey = "\"packed\":\"";
  Lightened light;
  for (std::size_t key = text.find(kKey); key != std::string_view::npos; key = text.find(kKey)) {
    light.text.append(text.substr(0, key + kKey.size()));
    text.remove_prefix(key + kKey.size());
    const std::size_t length = std::min(text.find('"'), text.size());
    light.packed.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  light.text.append(text);
  return light;
}

void put_back(Json& value, std::span<const std::string_view>& packed) {
  if (!value.is_structured()) return;
  for (const auto& [name, member] : value.items()) {
    if (!packed.empty() && name == "packed" && value.is_object()) {
      member = std::string(packed.front());
      packed = packed.subspan(1);
    } else {
      put_back(member, packed);
    }
  }
}

std::optional<Json> parse_record(std::string_view line) {
  if (line.starts_with(',')) line.remove_prefix(1);
  const Lightened light = lightened(line);
  Json record = parse_json(light.text);
  if (!record.is_object()) return std::nullopt;
  std::span<const std::string_view> packed = light.packed;
  put_back(record, packed);
  return record;
}

}  // namespace

std::string records_end(bool interrupted) {
  return fmt::format("{}  \"interrupted\": {}\n}}\n", kEnd, interrupted);
}

std::expected<Json, std::string> read_records(
    std::string_view text, const std::function<void(const Json& record, std::size_t place)>& take) {
  for (std::size_t place = 0; !text.starts_with(kEnd); ++place) {
    const std::size_t length = text.find('\n');
    if (length == std::string_view::npos) return Json();
    const auto record = parse_record(text.substr(0, length));
    if (!record) return std::unexpected(fmt::format("its rounds[{}] is damaged", place));
    take(*record, place);
    text.remove_prefix(length + 1);
  }
  Json end = parse_json("{" + std::string(text.substr(kEnd.size())));
  return end.is_object() ? end : Json();
}

}  // namespace suite::results
