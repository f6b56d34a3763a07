// A list of HTTP requests in a file, as vegeta takes it: each with its method, URL, headers and body.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client/http/request_text.h"

namespace suite {

struct ListedRequest {
  std::size_t line = 0;  // where it begins, from 1
  std::string method;
  std::string url;  // as it stands there
  std::vector<HttpHeader> headers;
  std::shared_ptr<const std::string> body;  // nullptr: none; one for all requests that name the same file
};

/// What is wrong with a list, and where.
struct ListError {
  std::size_t line;
  std::string why;
};

/// Gives what a file holds, or why not: "cannot read 'x': No such file or directory".
using ReadBody = std::function<std::expected<std::string, std::string>(const std::string& path)>;

/// Reads either format of vegeta's targets (its README, "-format"; lib/targets.go), which the first line
/// with something in it tells apart:
///
/// - JSON, an object in each line: {"method": "POST", "url": "http://h/", "header": {"A": ["b"]}, "body":
/// BASE64}
/// - text: "POST http://h/", then header lines, then "@FILE" for the body, then an empty line, which may be
///   left out behind a body and where there are no headers.
///
/// Lines that are empty or begin with '#' are skipped. Methods are those that is_known_method() knows; of
/// URLs this looks at nothing but that there is one. At most `most_bytes` of bodies are read. The list may be
/// empty.
std::expected<std::vector<ListedRequest>, ListError> parse_request_list(std::string_view text,
                                                                        const ReadBody& read_body,
                                                                        std::size_t most_bytes);

/// Whether it is a registered method (IANA's registry, RFC 9110 16.1.1) that a request can have here, or one
/// that caches and UPnP know: in a list, another one is a slip.
bool is_known_method(std::string_view method);

}  // namespace suite
