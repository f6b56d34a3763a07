// Lists of requests in both of vegeta's formats: each request has a line of the file, a method, and headers
// that can be sent; what is wrong names a line of the file.
#include <algorithm>
#include <string>

#include "client/http/request_list.h"
#include "tests/fuzz/targets.h"

namespace suite::fuzz {

void request_list(Input input) {
  const std::string_view text = input.text();
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  constexpr std::size_t kMost = 1000;
  const auto read_body = [](const std::string& path) -> std::expected<std::string, std::string> {
    if (path.size() % 2 == 0) return "the body of " + path;
    return std::unexpected("there is no " + path);
  };
  const auto list = parse_request_list(text, read_body, kMost);
  if (!list) {
    require(list.error().line >= 1 && list.error().line <= lines, "what is wrong is in a line of the file");
    require(!list.error().why.empty(), "... and has a reason");
    return;
  }
  std::size_t last = 0;
  for (const ListedRequest& request : *list) {
    require(request.line > last && request.line <= lines, "requests begin in lines of the file, in order");
    last = request.line;
    require(is_known_method(request.method), "a request has a method");
    for (const HttpHeader& header : request.headers)
      require(make_header(header.name, header.value).has_value(), "... and headers that can be sent");
  }
}

}  // namespace suite::fuzz
