#include "client/http/request_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/http/scan.h"

namespace suite {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool same_name(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

}  // namespace

std::expected<HttpHeader, std::string> parse_header(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return std::unexpected(fmt::format("'{}' has no colon; give \"Name: value\"", text));
  }
  const bool control = !std::ranges::all_of(text, is_text_byte);
  if (control) return std::unexpected("a header has no control characters, line breaks included");
  const std::string_view name = text.substr(0, colon);
  if (!is_token(name)) {
    return std::unexpected(fmt::format("'{}' is not a header's name (letters, digits and hyphens)", name));
  }
  if (same_name(name, "Transfer-Encoding")) {
    return std::unexpected("Transfer-Encoding is not supported: a body is sent with its Content-Length");
  }
  return HttpHeader{.name = std::string(name), .value = std::string(trimmed(text.substr(colon + 1)))};
}

bool is_usable_method(std::string_view method) { return is_token(method) && method != "CONNECT"; }

std::string request_text(const RequestParts& parts) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\n", parts.method, parts.path);
  const auto add = [&](std::string_view name, std::string_view value) {
    text += fmt::format("{}: {}\r\n", name, value);
  };
  const auto add_unless_given = [&](std::string_view name, std::string_view value) {
    const auto given = [&](const HttpHeader& header) { return same_name(header.name, name); };
    if (std::ranges::none_of(parts.headers, given)) add(name, value);
  };
  add_unless_given("Host", parts.authority);
  add_unless_given("User-Agent", parts.user_agent);
  add_unless_given("Accept", "*/*");
  if (parts.has_body) add_unless_given("Content-Length", std::to_string(parts.body.size()));
  if (parts.close) add_unless_given("Connection", "close");
  for (const HttpHeader& header : parts.headers) add(header.name, header.value);
  text += "\r\n";
  text += parts.body;
  return text;
}

}  // namespace suite
