// The same bytes from every backend: the protocol is written once, and no loop may show.
#include <filesystem>
#include <fstream>

#include "servers/registry.h"
#include "tests/conformance/http_test.h"

namespace suite {
namespace {

using test::http_request;

// All that comes for `requests`, without the dates.
std::string without_dates(std::string text) {
  for (std::size_t at = 0; (at = text.find("\r\nDate: ", at)) != std::string::npos;) {
    text.erase(at, text.find("\r\n", at + 2) - at);
  }
  return text;
}

std::string conversation() {
  const std::string close = "Connection: close\r\n";
  return http_request("GET", "/") + http_request("HEAD", "/a.txt") + http_request("GET", "/none") +
         http_request("GET", "/folder") + http_request("POST", "/a.txt") +
         http_request("GET", "/a.txt", "Range: bytes=1-3\r\n") +
         http_request("GET", "/a.txt", "Range: bytes=9-\r\n") +
         http_request("GET", "/a.txt", "If-None-Match: *\r\n") +
         http_request("GET", "/a.txt", "If-Match: \"x\"\r\n") + http_request("GET", "/large") +
         http_request("GET", "/a.txt", "Content-Length: 3\r\n") + "abc" +
         http_request("GET", "/a.txt", close);
}

TEST(HttpIdentity, EveryBackendSendsTheSameBytes) {
  const test::TemporaryFolder root;
  std::filesystem::create_directory(root.file("folder"));
  std::ofstream(root.file("index.html")) << "<html>a page</html>\n";
  std::ofstream(root.file("a.txt")) << "alpha\n";
  std::ofstream(root.file("large"), std::ios::binary) << test::noise(5 << 20);
  std::string first;
  for (const std::string& backend : test::backend_names()) {
    const Backend& entry = **find_backend(backend);
    if (entry.usable != nullptr && !entry.usable()) continue;
    SUITE_START(server, (test::ServerOptions{
                            .verb = "serve-http", .backend = backend, .flags = {"-r", root.file("")}}));
    std::string answers;
    for (const std::string& requests :
         {conversation(), std::string("nonsense\r\n\r\n"), std::string("GET / HTTP/2.0\r\n\r\n"),
          std::string("GET / HTTP/1.1\r\n\r\n"), std::string("GET /a.txt HTTP/1.0\r\n\r\n")}) {
      test::HttpClient client(server.endpoint());
      ASSERT_TRUE(client.send(requests));
      answers += without_dates(client.rest());
    }
    if (first.empty()) first = answers;
    EXPECT_GT(answers.size(), 5U << 20);
    EXPECT_TRUE(answers == first) << backend;
  }
}

}  // namespace
}  // namespace suite
