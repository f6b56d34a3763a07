#include "cmd/results/json_text.h"

namespace suite::results {
namespace {

std::string on_one_line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void append(std::string& text, const Json& value, std::size_t spread, std::size_t indent) {
  if (spread == 0 || !value.is_structured() || value.empty()) {
    text += on_one_line(value);
    return;
  }
  const bool is_object = value.is_object();
  text += is_object ? '{' : '[';
  bool first = true;
  for (const auto& [name, member] : value.items()) {
    if (!first) text += ',';
    first = false;
    text += '\n';
    text.append(indent + 2, ' ');
    if (is_object) text += on_one_line(name) + ": ";
    append(text, member, spread - 1, indent + 2);
  }
  text += '\n';
  text.append(indent, ' ');
  text += is_object ? '}' : ']';
}

}  // namespace

std::string text_of(const Json& value, std::size_t spread) {
  std::string text;
  append(text, value, spread, 0);
  return text;
}

}  // namespace suite::results
