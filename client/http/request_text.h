// An HTTP request as the bytes that are sent.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace suite {

struct HttpHeader {
  std::string name, value;
};

/// "Name: value". What is wrong otherwise (RFC 9110 5.1, 5.5), to be read on after the flag's name.
std::expected<HttpHeader, std::string> parse_header(std::string_view text);
/// The same of its two parts.
std::expected<HttpHeader, std::string> make_header(std::string_view name, std::string_view value);

/// Whether one of them has this name, in whatever case (RFC 9110 5.1).
bool has_header(std::span<const HttpHeader> headers, std::string_view name);

/// Whether it is one that a request can have here: a token, and not CONNECT, whose answer is no HTTP.
bool is_usable_method(std::string_view method);

/// Whether a Connection among them has this option, given in lower case (RFC 9110 7.6.1).
bool has_connection_option(std::span<const HttpHeader> headers, std::string_view option);

/// What they say that cannot be sent with a body of so many bytes (0 where there is none): a length that is
/// not the body's (RFC 9110 8.6), or two of what a request has once (RFC 9112 3.2). Nothing where they are
/// right.
std::optional<std::string> contradiction_in(std::span<const HttpHeader> headers, std::size_t body_bytes);

struct RequestParts {
  std::string_view method = "GET";
  std::string_view path = "/";           // with its query
  std::string_view authority;            // for Host
  std::string_view user_agent;           // for User-Agent
  std::vector<HttpHeader> headers = {};  // further ones; of those that we send too, these replace ours
  std::string_view body = {};
  bool has_body = false;  // an empty body has a Content-Length too
  bool close = false;     // ask for the connection's end (RFC 9112 9.6)
};

/// HTTP/1.1, with Host in front (RFC 9110 7.2), User-Agent, Accept, and where they belong Content-Length and
/// Connection: close. A method that is defined to have content says so where it has none (RFC 9110 8.6).
std::string request_text(const RequestParts& parts);

}  // namespace suite
