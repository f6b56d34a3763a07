// An HTTP request as the bytes that are sent.
#pragma once

#include <expected>
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

/// Whether it is one that a request can have here: a token, and not CONNECT, whose answer is no HTTP.
bool is_usable_method(std::string_view method);

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

/// HTTP/1.1, with Host, User-Agent, Accept, and where they belong Content-Length and Connection: close.
std::string request_text(const RequestParts& parts);

}  // namespace suite
