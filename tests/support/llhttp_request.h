// What llhttp, the parser of Node.js, makes of a request: the second opinion on ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace suite::test {

/// How a parse of one request ended.
struct LlhttpRequest {
  std::string error;      // llhttp's name of it ("HPE_INVALID_URL"); empty where there is none
  bool complete = false;  // as far as was asked: the head, or the whole message
  std::string method, target;
  int major_version = 0, minor_version = 0;
  std::vector<std::pair<std::string, std::string>> fields;  // trailers too, where the message was asked for
  std::size_t size = 0;                                     // bytes up to there
  // How the body is framed.
  bool chunked = false;
  std::uint64_t body_size = 0;  // by Content-Length
};

/// llhttp 8.1, strict, on the head of the request at the front of `in`.
LlhttpRequest llhttp_head(std::string_view in);
/// The same on the whole message, its body included.
LlhttpRequest llhttp_message(std::string_view in);

}  // namespace suite::test
