// An HTTP/1.1 client for tests: sends what it is told to, byte for byte, and takes answers apart strictly.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/net/endpoint.h"
#include "tests/support/patience.h"
#include "tests/support/socket.h"

namespace suite::test {

/// One response as it came.
struct HttpResponse {
  int status = 0;
  std::string head;  // the status line, the fields and the empty line, as received
  std::vector<std::pair<std::string, std::string>> fields;  // in their order, names as received
  std::string body;                                         // without its chunks' framing

  /// The value of the first field of that name, in any case; empty where there is none.
  std::string field(std::string_view name) const;
  /// How many fields have that name.
  std::size_t count(std::string_view name) const;
};
void PrintTo(const HttpResponse& response, std::ostream* to);

/// One connection. Move-only; every wait has a deadline.
class HttpClient {
 public:
  explicit HttpClient(const Endpoint& server, SocketOptions options = {}) : socket_(server, options) {}

  bool send(std::string_view bytes) { return socket_.send(bytes); }
  /// Reads one response to a request of that method (to HEAD there comes no body), 1xx ones as any other.
  /// Status 0 where what came is none, or ended early: error() says how.
  HttpResponse read(std::string_view method = "GET", std::chrono::nanoseconds patience = kPatience);
  /// Sends a request of HTTP/1.1 with a Host, further fields ("Name: value\r\n"...) and reads the answer.
  HttpResponse ask(std::string_view method, std::string_view target, std::string_view fields = {});
  HttpResponse get(std::string_view target, std::string_view fields = {}) {
    return ask("GET", target, fields);
  }
  /// What came behind the responses read, up to the connection's end.
  std::string rest(std::chrono::nanoseconds patience = kPatience);
  /// Whether the server ends the connection in an orderly way, and sends nothing before.
  bool ends() { return rest().empty() && socket_.end() == End::kFinished; }

  Socket& socket() { return socket_; }
  const std::string& error() const { return error_; }

 private:
  enum class Framing { kNone, kLength, kChunked, kClose, kBad };
  struct Body {
    Framing framing;
    std::size_t length = 0;
  };

  bool fill(std::chrono::steady_clock::time_point until);
  std::optional<std::string> take_through(std::string_view mark, std::chrono::steady_clock::time_point until);
  std::optional<std::string> take(std::size_t size, std::chrono::steady_clock::time_point until);
  bool read_body(Body body, HttpResponse& response, std::chrono::steady_clock::time_point until);
  bool read_chunks(HttpResponse& response, std::chrono::steady_clock::time_point until);
  static bool parse_head(HttpResponse& response);
  static Body body_of(const HttpResponse& response, std::string_view method);
  HttpResponse fail(std::string why);

  Socket socket_;
  std::string buffer_;     // received and not yet taken
  std::size_t taken_ = 0;  // of the buffer
  std::string error_;
};

/// A request of HTTP/1.1 with a Host, further fields as they stand, and no body.
std::string http_request(std::string_view method, std::string_view target, std::string_view fields = {});

/// `response.head` without the line of its Date, which differs from second to second.
std::string head_without_date(const HttpResponse& response);

}  // namespace suite::test
