#include "client/http/request_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/units.h"
#include "common/http/scan.h"

namespace suite {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool same_name(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

auto named(std::string_view name) {
  return [name](const HttpHeader& header) { return same_name(header.name, name); };
}

bool has_content_by_definition(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

}  // namespace

std::expected<HttpHeader, std::string> parse_header(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return std::unexpected(fmt::format("'{}' has no colon; give \"Name: value\"", text));
  }
  return make_header(text.substr(0, colon), text.substr(colon + 1));
}

std::expected<HttpHeader, std::string> make_header(std::string_view name, std::string_view value) {
  if (!std::ranges::all_of(name, is_text_byte) || !std::ranges::all_of(value, is_text_byte)) {
    return std::unexpected("a header has no control characters, line breaks included");
  }
  if (!is_token(name)) {
    return std::unexpected(fmt::format("'{}' is not a header's name (letters, digits and hyphens)", name));
  }
  if (same_name(name, "Transfer-Encoding")) {
    return std::unexpected("Transfer-Encoding is not supported: a body is sent with its Content-Length");
  }
  return HttpHeader{.name = std::string(name), .value = std::string(trimmed(value))};
}

bool has_header(std::span<const HttpHeader> headers, std::string_view name) {
  return std::ranges::any_of(headers, named(name));
}

bool is_usable_method(std::string_view method) { return is_token(method) && method != "CONNECT"; }

bool has_connection_option(std::span<const HttpHeader> headers, std::string_view option) {
  return std::ranges::any_of(headers, [&](const HttpHeader& header) {
    if (!same_name(header.name, "Connection")) return false;
    for (std::string_view list = header.value; !list.empty();) {
      if (equals_ignoring_case(take_element(list), option)) return true;
    }
    return false;
  });
}

std::optional<std::string> contradiction_in(std::span<const HttpHeader> headers, std::size_t body_bytes) {
  for (const std::string_view once : {"Host", "Content-Length"}) {
    if (std::ranges::count_if(headers, named(once)) > 1) {
      return fmt::format("{} is given twice: a request has one", once);
    }
  }
  const auto length = std::ranges::find_if(headers, named("Content-Length"));
  if (length == headers.end() || length->value == std::to_string(body_bytes)) return std::nullopt;
  return fmt::format(
      "Content-Length: {} contradicts the body, which has {}: leave it out, it is sent by itself",
      length->value, format_items(body_bytes, "byte"));
}

std::string request_text(const RequestParts& parts) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\n", parts.method, parts.path);
  const auto add = [&](std::string_view name, std::string_view value) {
    text += fmt::format("{}: {}\r\n", name, value);
  };
  const auto add_unless_given = [&](std::string_view name, std::string_view value) {
    if (!has_header(parts.headers, name)) add(name, value);
  };
  const auto host = std::ranges::find_if(parts.headers, named("Host"));
  if (host != parts.headers.end()) add(host->name, host->value);
  add_unless_given("Host", parts.authority);
  add_unless_given("User-Agent", parts.user_agent);
  add_unless_given("Accept", "*/*");
  if (parts.has_body || has_content_by_definition(parts.method)) {
    add_unless_given("Content-Length", std::to_string(parts.body.size()));
  }
  if (parts.close && !has_connection_option(parts.headers, "close")) add("Connection", "close");
  for (const HttpHeader& header : parts.headers) {
    if (!same_name(header.name, "Host")) add(header.name, header.value);
  }
  text += "\r\n";
  text += parts.body;
  return text;
}

}  // namespace suite
