#include "common/http/field.h"

#include <algorithm>

namespace suite {
namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  const auto folded = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::ranges::equal(text, lower, {}, folded);
}

FieldStatus take_field(std::string_view& rest, Field& field) {
  if (rest.empty()) return FieldStatus::kIncomplete;
  if (rest[0] == '\r') {
    if (rest.size() < 2) return FieldStatus::kIncomplete;
    if (rest[1] != '\n') return FieldStatus::kMalformed;
    rest.remove_prefix(2);
    return FieldStatus::kEndOfFields;
  }
  const std::size_t name = count_leading(rest, character::kToken);
  if (name == rest.size()) return FieldStatus::kIncomplete;
  if (name == 0 || rest[name] != ':') return FieldStatus::kMalformed;
  const std::string_view behind = rest.substr(name + 1);
  const std::size_t value = count_leading(behind, character::kFieldValue);
  if (value == behind.size()) return FieldStatus::kIncomplete;
  if (behind[value] != '\r') return FieldStatus::kMalformed;
  if (value + 1 == behind.size()) return FieldStatus::kIncomplete;
  if (behind[value + 1] != '\n') return FieldStatus::kMalformed;
  field = {.name = rest.substr(0, name), .value = trimmed(behind.substr(0, value))};
  rest = behind.substr(value + 2);
  return FieldStatus::kComplete;
}

}  // namespace suite
